using System.Net.Sockets;
using BatchBus.Api.Data;
using Npgsql;

namespace BatchBus.Api.Admission;

/// <summary>
/// Whether PostgreSQL has answered for a while. A job that stood still while it was away has lost nothing: its messages come back from the delay
/// queues by themselves, and driving it on at once would fetch the same pages twice.
/// </summary>
sealed class Calm(TimeProvider clock)
{
    // Twice what a message waits in a delay queue, and time for the report that follows.
    static readonly TimeSpan Needed = TimeSpan.FromSeconds(15);

    long? _broken;

    public bool Holds => _broken is not { } at || clock.GetElapsedTime(at) >= Needed;

    /// <summary>Work on the database has failed. Only a lost connection counts: a pool that is used up may be so for hours, and nothing comes back after it.</summary>
    public void Note(Exception exception)
    {
        if (IsLostConnection(exception.Postgres())) _broken = clock.GetTimestamp();
    }

    static bool IsLostConnection(NpgsqlException? exception) => exception switch
    {
        PostgresException e => e.SqlState.StartsWith("57P", StringComparison.Ordinal) || e.SqlState.StartsWith("08", StringComparison.Ordinal),
        { InnerException: IOException or SocketException } => true,
        { InnerException: TimeoutException } e => !IsPool(e), // a network that swallows everything
        _ => false,
    };

    // Npgsql has no other mark for it (ThrowHelper and PoolingDataSource of Npgsql 10).
    static bool IsPool(NpgsqlException exception) => exception.Message.Contains("connection pool", StringComparison.Ordinal);
}
