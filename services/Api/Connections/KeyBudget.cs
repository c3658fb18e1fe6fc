using BatchBus.Api.Access;
using BatchBus.Api.Data;
using BatchBus.Api.Http;
using BatchBus.Whop;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BatchBus.Api.Connections;

/// <summary>How much of what a connection's key is allowed is in use.</summary>
/// <param name="ConnectionId">The connection.</param>
/// <param name="AllowedPerMinute">Requests that the key is paced to, a minute (<c>Whop__RequestsPerMinute</c>).</param>
/// <param name="PagesLastMinute">Pages that were read with it and stored within the last minute; each was one request.</param>
/// <param name="FreeAt">When Whop lets the key in again after it had refused it; null unless it is refused now.</param>
sealed record KeyBudget(Guid ConnectionId, int AllowedPerMinute, long PagesLastMinute, DateTimeOffset? FreeAt);

static class KeyBudgetEndpoint
{
    public static void MapKeyBudget(this RouteGroupBuilder connections) =>
        connections.MapGet("/{id:guid}/budget", Read).WithSummary("Tells how much of its key's requests a connection uses.").FailsWithout("connection");

    static async Task<Results<Ok<KeyBudget>, ProblemHttpResult>> Read(
        Guid id, Caller caller, UserView view, IOptions<WhopOptions> whop, CancellationToken cancellationToken)
    {
        var use = await view.Read(caller, async db => await ConnectionQueries.Find(db, id, cancellationToken) is null ? null : await Use(db, id, cancellationToken), cancellationToken);
        return use is null ? Problems.NotFound("connection") : TypedResults.Ok(new KeyBudget(id, whop.Value.RequestsPerMinute, use.Pages, use.FreeAt));
    }

    // Only ledgers that were written to just now are looked at.
    static Task<UseNow> Use(ApiDbContext db, Guid connection, CancellationToken cancellationToken) => db.Database.SqlQuery<UseNow>($"""
        SELECT (SELECT count(*) FROM batch_processing_queue q
                JOIN batch_processing_progress p ON p.job_id = q.id AND p.updated_at > now() - interval '1 minute'
                JOIN batch_processing_pages l ON l.job_id = q.id AND l.ingested_at > now() - interval '1 minute'
                WHERE q.connection_id = {connection}) AS pages,
               (SELECT max(resume_at) FROM batch_processing_queue
                WHERE connection_id = {connection} AND status = 'processing' AND resume_at > now() AND error_code = {WhopErrorCodes.RateLimited}) AS free_at
        """).SingleAsync(cancellationToken);

    sealed record UseNow(long Pages, DateTimeOffset? FreeAt);
}
