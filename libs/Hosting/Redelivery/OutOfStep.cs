namespace BatchBus.Hosting.Redelivery;

/// <summary>
/// A connection on which Npgsql has lost step with PostgreSQL's answers. Npgsql closes it, so the next try has another; nothing was committed.
/// </summary>
/// <remarks>
/// It happens to a statement whose first preparation failed before PostgreSQL described its result, because a right was missing or the server was
/// read-only, when the same connection sends it again (Npgsql 10.0.3, https://github.com/npgsql/npgsql/issues/6391). All that Npgsql says is a bare
/// <see cref="Exception"/>: "Received unexpected backend message".
/// </remarks>
public static class OutOfStep
{
    const string Library = "Npgsql";

    /// <summary>Whether that is what went wrong.</summary>
    /// <param name="exception">What did, with what may be around it.</param>
    public static bool Is(Exception? exception) =>
        exception is not null && ((exception.Source == Library && exception.GetType() == typeof(Exception)) || Is(exception.InnerException));
}
