using Npgsql;

namespace BatchBus.Ingest;

/// <summary>Statements with parameters that take more than one write to the socket, in a transaction that holds locks.</summary>
static class LongStatement
{
    /// <summary>
    /// Parses the statement once for each connection, ahead of its parameters. PostgreSQL's <c>idle_in_transaction_session_timeout</c> runs only
    /// until the first message of a statement is there in full. Now that is the one with the parameters: a process that stands still while it
    /// sends them loses its session and its locks. With the statement's text in front of them it would keep both for as long as it stands.
    /// </summary>
    public static Task PrepareForSending(this NpgsqlCommand command, CancellationToken cancellationToken) => command.PrepareAsync(cancellationToken);
}
