using System.Text.RegularExpressions;
using BatchBus.Api.Access;
using BatchBus.Api.Data;
using BatchBus.Api.Http;
using BatchBus.Secrets;
using BatchBus.Whop;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace BatchBus.Api.Connections;

/// <summary>Asks for a connection to a company on Whop.</summary>
/// <param name="CompanyId">Whop's id of the company, <c>biz_…</c>.</param>
/// <param name="ApiKey">A key with the scopes <c>member:basic:read</c> and <c>member:email:read</c>. It is stored encrypted and never returned.</param>
/// <param name="Label">A name for people; the company's id when not given.</param>
sealed record NewConnection(string? CompanyId, string? ApiKey, string? Label);

/// <summary>A connection, without its key.</summary>
sealed record ConnectionView(Guid Id, string CompanyId, string Label, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

static partial class ConnectionEndpoints
{
    public static void MapConnections(this WebApplication app)
    {
        var group = app.MapGroup("/api/connections").WithTags("Connections");
        group.MapPost("/", Create).WithSummary("Connects a company on Whop; the key is checked with one call first.");
    }

    static async Task<Results<Created<ConnectionView>, ValidationProblem, ProblemHttpResult>> Create(
        NewConnection request, Caller caller, WhopClient whop, ApiKeyCipher cipher, ApiDbContext database, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (Check(request) is { Failed: true } checks) return TypedResults.ValidationProblem(checks.Errors);
        var (companyId, apiKey) = (request.CompanyId!, request.ApiKey!.Trim());
        try
        {
            await whop.CheckKey(companyId, apiKey, cancellationToken);
        }
        catch (WhopException e)
        {
            return Refused(e);
        }

        var id = Guid.CreateVersion7();
        var now = clock.GetUtcNow();
        var connection = new WhopConnection
        {
            Id = id, OwnerId = caller.UserId, CompanyId = companyId, Label = request.Label?.Trim() ?? companyId,
            ApiKeyCiphertext = cipher.Encrypt(apiKey, id), KeyFingerprint = ApiKeyCipher.Fingerprint(apiKey), CreatedAt = now, UpdatedAt = now,
        };
        database.Add(connection);
        try
        {
            await database.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return Problems.Conflict("You have a connection with this API key already; use that one, or connect with another key.");
        }
        return TypedResults.Created($"/api/connections/{id}", new ConnectionView(id, companyId, connection.Label, now, now));
    }

    static Checks Check(NewConnection request) => new Checks()
        .Text("companyId", request.CompanyId, 104)
        .That("companyId", CompanyId().IsMatch(request.CompanyId ?? ""), "companyId is Whop's id of the company and begins with biz_; copy it from your Whop dashboard.")
        .Text("apiKey", request.ApiKey, 1000)
        .That("apiKey", Ascii(request.ApiKey ?? ""), "apiKey must be the key alone, without spaces or line breaks.")
        .Text("label", request.Label ?? "-", 200);

    static bool Ascii(string key) => key.Trim().All(c => c is > ' ' and <= '~');

    static ProblemHttpResult Refused(WhopException e) => TypedResults.Problem(e.Message, title: "Whop does not accept the connection",
        statusCode: e.IsFinal ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status503ServiceUnavailable,
        extensions: new Dictionary<string, object?> { ["code"] = e.Code });

    [GeneratedRegex("^biz_[A-Za-z0-9_]{1,100}$", RegexOptions.CultureInvariant)]
    private static partial Regex CompanyId();
}
