using System.Text.RegularExpressions;
using BatchBus.Api.Access;
using BatchBus.Api.Data;
using BatchBus.Api.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BatchBus.Api.Connections;

static partial class ConnectionEndpoints
{
    const string DuplicateKey = "You have a connection with this API key already; use that one, or give another key.";
    const string RefusedKey = "Whop does not accept the key for this company, or the key may not read its members; `code` says which, `detail` what to do.";
    const string NotWhop = "What answered is not Whop; an operator has to look at Whop__BaseUrl.";

    public static void MapConnections(this WebApplication app)
    {
        var group = app.MapGroup("/api/connections").WithTags("Connections");
        group.MapPost("/", Create).WithSummary("Connects a company on Whop; the key is checked with one call first.")
            .Fails(409, DuplicateKey).Fails(422, RefusedKey).Fails(502, NotWhop);
        group.MapGet("/", List).WithSummary("Lists connections, newest first.");
        group.MapGet("/{id:guid}", Find).WithSummary("Reads a connection.").FailsWithout("connection");
        group.MapKeyBudget();
        group.MapPut("/{id:guid}/api-key", ReplaceKey).WithSummary("Replaces a connection's key; a running job goes on with the new one.")
            .FailsWithout("connection").Fails(409, $"{DuplicateKey} Or the key was replaced with another one in this very moment.").Fails(422, RefusedKey).Fails(502, NotWhop);
        group.MapDelete("/{id:guid}", Delete).WithSummary("Deletes a connection and its key, and cancels its jobs; audiences and members stay.")
            .FailsWithout("connection");
    }

    static async Task<Results<Created<ConnectionView>, ValidationProblem, ProblemHttpResult>> Create(
        NewConnection request, Caller caller, KeyCheck whop, ConnectionStore connections, CancellationToken cancellationToken)
    {
        if (Check(request, caller) is { Failed: true } checks) return TypedResults.ValidationProblem(checks.Errors);
        var (companyId, apiKey) = (request.CompanyId!, request.ApiKey!.Trim());
        if (await whop.Refusal(companyId, apiKey, cancellationToken) is { } refusal) return refusal;
        var connection = await connections.Add(caller.UserId, companyId, apiKey, request.Label?.Trim() ?? companyId, cancellationToken);
        return connection is null ? Problems.Conflict(DuplicateKey)
            : TypedResults.Created($"/api/connections/{connection.Id}", ConnectionView.Of(connection));
    }

    static async Task<Results<Ok<ConnectionList>, ValidationProblem>> List(
        Caller caller, UserView view, CancellationToken cancellationToken, Keyset? before = null, int limit = 50)
    {
        if (new Checks().Limit(limit) is { Failed: true } checks) return TypedResults.ValidationProblem(checks.Errors);
        var (items, next) = (await view.Read(caller, db => ConnectionQueries.Newest(db, before, limit, cancellationToken), cancellationToken)).Page(limit);
        return TypedResults.Ok(new ConnectionList(items, next));
    }

    static async Task<Results<Ok<ConnectionView>, ProblemHttpResult>> Find(Guid id, Caller caller, UserView view, CancellationToken cancellationToken) =>
        await view.Read(caller, db => ConnectionQueries.Find(db, id, cancellationToken), cancellationToken) is { } connection
            ? TypedResults.Ok(connection) : Problems.NotFound("connection");

    static async Task<Results<Ok<ConnectionView>, ValidationProblem, ProblemHttpResult>> ReplaceKey(
        Guid id, NewApiKey request, Caller caller, KeyCheck whop, ConnectionStore connections, CancellationToken cancellationToken)
    {
        if (CheckKey(new Checks(), request.ApiKey) is { Failed: true } checks) return TypedResults.ValidationProblem(checks.Errors);
        if (await connections.Find(caller, id, cancellationToken) is not { } connection) return Problems.NotFound("connection");
        var apiKey = request.ApiKey!.Trim();
        if (await whop.Refusal(connection.CompanyId, apiKey, cancellationToken) is { } refusal) return refusal;
        return await connections.ReplaceKey(connection, apiKey, cancellationToken) switch
        {
            KeyReplacement.Done => TypedResults.Ok(ConnectionView.Of(connection)),
            KeyReplacement.Duplicate => Problems.Conflict(DuplicateKey),
            KeyReplacement.Overtaken => Problems.Conflict("The key was replaced with another one in this very moment; send yours again if it is the newer."),
            _ => Problems.NotFound("connection"),
        };
    }

    static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid id, Caller caller, ConnectionStore connections, CancellationToken cancellationToken) =>
        await connections.Delete(caller, id, cancellationToken) ? TypedResults.NoContent() : Problems.NotFound("connection");

    static Checks Check(NewConnection request, Caller caller) => CheckKey(new Checks(), request.ApiKey)
        .That("sub", caller.UserId != Guid.Empty, "A service token that is to own a connection needs a sub: the id of the user who is to have it.")
        .Text("companyId", request.CompanyId, 104)
        .That("companyId", CompanyId().IsMatch(request.CompanyId ?? ""), "companyId is Whop's id of the company and begins with biz_; copy it from your Whop dashboard.")
        .Text("label", request.Label ?? "-", 200);

    static Checks CheckKey(Checks checks, string? apiKey) => checks
        .Text("apiKey", apiKey, 1000)
        .That("apiKey", Ascii(apiKey ?? ""), "apiKey must be the key alone, without spaces or line breaks.");

    static bool Ascii(string key) => key.Trim().All(c => c is > ' ' and <= '~');

    [GeneratedRegex(@"^biz_[A-Za-z0-9_]{1,100}\z", RegexOptions.CultureInvariant)]
    private static partial Regex CompanyId();
}
