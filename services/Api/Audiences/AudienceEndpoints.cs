using BatchBus.Api.Access;
using BatchBus.Api.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BatchBus.Api.Audiences;

static class AudienceEndpoints
{
    public static void MapAudiences(this WebApplication app)
    {
        var group = app.MapGroup("/api/audiences").WithTags("Audiences");
        group.MapGet("/", List).WithSummary("Lists audiences, newest first.");
        group.MapGet("/{id:guid}", Find).WithSummary("Reads an audience.").FailsWithout("audience");
        group.MapDelete("/{id:guid}", Delete).WithSummary("Deletes an audience with its jobs and members. An active job ends with it.").FailsWithout("audience");
        group.MapMembers();
    }

    static async Task<Results<Ok<AudienceList>, ValidationProblem>> List(
        Caller caller, AudienceQueries audiences, CancellationToken cancellationToken, Keyset? before = null, int limit = 50)
    {
        if (new Checks().Limit(limit) is { Failed: true } checks) return TypedResults.ValidationProblem(checks.Errors);
        var (items, next) = (await audiences.List(caller, before, limit, cancellationToken)).Page(limit);
        return TypedResults.Ok(new AudienceList(items, next));
    }

    static async Task<Results<Ok<AudienceView>, ProblemHttpResult>> Find(Guid id, Caller caller, AudienceQueries audiences, CancellationToken cancellationToken) =>
        await audiences.Find(caller, id, cancellationToken) is { } audience ? TypedResults.Ok(audience) : Problems.NotFound("audience");

    // Gone is gone: the second DELETE is a 404 like any unknown id, so that nobody learns what once was somebody else's.
    static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid id, Caller caller, AudienceQueries audiences, AudienceDeletion deletion, CancellationToken cancellationToken) =>
        await audiences.Find(caller, id, cancellationToken) is not null && await deletion.Delete(id, cancellationToken)
            ? TypedResults.NoContent()
            : Problems.NotFound("audience");
}
