using BatchBus.Hosting.Redelivery;
using Npgsql;

namespace BatchBus.Api.Data;

static class PostgresErrors
{
    /// <summary>What the database or the way to it said, out of what EF Core puts around it; null when it was something else.</summary>
    /// <remarks>A statement that we have called off is no trouble, though PostgreSQL answers with an error.</remarks>
    public static NpgsqlException? Postgres(this Exception exception)
    {
        for (var e = exception; e is not (null or OperationCanceledException); e = e.InnerException)
        {
            if (e is NpgsqlException postgres) return postgres;
            // The connection is closed, so it is as if it had broken; the next one is in step.
            if (e.InnerException is null && OutOfStep.Is(e)) return new NpgsqlException(e.Message, new IOException(e.Message, e));
        }
        return null;
    }
}
