using BatchBus.Database;
using Npgsql;

namespace BatchBus.Cli.Doctor;

/// <summary>PostgreSQL with what is in it: the login, the schema, the stored keys, the clock.</summary>
sealed class PostgresChecks(string connectionString, StoredKeysCheck keys)
{
    const string Server = "PostgreSQL", Schema = "schema", Clock = "clock";

    const int TimeLimitSeconds = 10;

    // Tokens, waits and the watchdog are reckoned with both clocks.
    static readonly TimeSpan Tolerable = TimeSpan.FromSeconds(2), Harmful = TimeSpan.FromSeconds(30);

    public async Task<IReadOnlyList<Finding>> Run(CancellationToken ct)
    {
        var login = new NpgsqlConnectionStringBuilder(connectionString) { Timeout = TimeLimitSeconds, CommandTimeout = TimeLimitSeconds, Pooling = false };
        try
        {
            await using var connection = new NpgsqlConnection(login.ConnectionString);
            await connection.OpenAsync(ct);
            var schema = await CheckSchema(connection, ct);
            var stored = schema.Outcome is Outcome.Failed ? Finding.Warning(StoredKeysCheck.Name, "Not checked, because the schema is not up to date.") : await keys.Run(connection, ct);
            return [await CheckServer(connection, ct), schema, stored, await CheckClock(connection, ct)];
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            return [Finding.Failed(Server, Why(e, login))];
        }
    }

    static async Task<Finding> CheckServer(NpgsqlConnection connection, CancellationToken ct)
    {
        var user = await Scalar<string>(connection, "SELECT current_user::text", ct);
        var place = $"{connection.Host}:{connection.Port}/{connection.Database}";
        return await Scalar<string>(connection, "SELECT current_setting('transaction_read_only')", ct) == "off"
            ? Finding.Ok(Server, $"Version {connection.PostgreSqlVersion} at {place} lets {user} log in and write.")
            : Finding.Failed(Server, $"{place} is read-only: it is a standby, or its disk is full. Give the primary, or make room.");
    }

    static async Task<Finding> CheckSchema(NpgsqlConnection connection, CancellationToken ct)
    {
        var difference = await SchemaHistory.Compare(connection, ct);
        return difference switch
        {
            { Missing.Count: > 0 } => Finding.Failed(Schema, $"Not applied: {string.Join(", ", difference.Missing)}. Run ./batchbus migrate (or supabase db push)."),
            { Changed.Count: > 0 } => Finding.Failed(Schema,
                $"Changed after they had been applied: {string.Join(", ", difference.Changed)}. Restore the files, and put the changes into new migrations."),
            { Unknown.Count: > 0 } => Finding.Warning(Schema,
                $"The database has migrations that this version does not know ({string.Join(", ", difference.Unknown)}): they are yours, or BatchBus is older than its database."),
            _ => Finding.Ok(Schema, $"All {Migration.All.Count} migrations are applied, with the text that this version has."),
        };
    }

    static async Task<Finding> CheckClock(NpgsqlConnection connection, CancellationToken ct)
    {
        var before = TimeProvider.System.GetUtcNow();
        var there = await Scalar<DateTime>(connection, "SELECT clock_timestamp()", ct);
        var here = before + (TimeProvider.System.GetUtcNow() - before) / 2;
        return Compare(there - here.UtcDateTime);
    }

    internal static Finding Compare(TimeSpan difference)
    {
        var sentence = $"PostgreSQL's clock is {difference.Duration().TotalSeconds:0.0} s {(difference < TimeSpan.Zero ? "behind" : "before")} this machine's";
        return difference.Duration() switch
        {
            var d when d <= Tolerable => Finding.Ok(Clock, $"{sentence}."),
            var d when d <= Harmful => Finding.Warning(Clock, $"{sentence}. Set both by a time server (NTP)."),
            _ => Finding.Failed(Clock, $"{sentence}: tokens, waits and the watchdog will be wrong. Set both by a time server (NTP)."),
        };
    }

    static string Why(Exception e, NpgsqlConnectionStringBuilder login) => e switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } =>
            $"{login.Host}:{login.Port} refuses {login.Username}. Give its password in ConnectionStrings__Postgres; ./batchbus migrate sets those of the login roles.",
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } =>
            $"{login.Host}:{login.Port} has no database {login.Database}. Create it, or give another one in ConnectionStrings__Postgres.",
        PostgresException answer => $"{login.Host}:{login.Port} answers: {answer.MessageText} ({answer.SqlState}).",
        _ => $"{login.Host}:{login.Port} cannot be reached: {e.Message.TrimEnd('.')}. Start it, or correct ConnectionStrings__Postgres.",
    };

    static async Task<T> Scalar<T>(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(ct))!;
    }
}
