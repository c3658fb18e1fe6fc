using BatchBus.Api.Data;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace BatchBus.Api.Http;

/// <summary>
/// Says 503 and what to do while PostgreSQL is away, full, starting or read-only: the request was in order, and nothing of it was done by halves,
/// for each writes in one transaction.
/// </summary>
sealed class OutageHandler(IProblemDetailsService problems, ILogger<OutageHandler> log) : IExceptionHandler
{
    const string RetryAfterSeconds = "5";

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception.Postgres() is not { } outage || !IsOutage(outage)) return false;
        log.LogWarning("Answering 503: PostgreSQL: {Reason}", outage.Message);
        httpContext.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        httpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
        return await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            ProblemDetails = new ProblemDetails
            {
                Status = StatusCodes.Status503ServiceUnavailable, Title = "The database is away",
                Detail = "BatchBus cannot use its database at the moment. Send the request again in some seconds, with the same Idempotency-Key if it had one; /health/ready says when it is back.",
            },
        });
    }

    static bool IsOutage(NpgsqlException e) => e.IsTransient || e.SqlState == PostgresErrorCodes.ReadOnlySqlTransaction;
}
