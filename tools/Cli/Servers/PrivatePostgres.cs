using System.Globalization;
using BatchBus.Cli.Processes;
using Npgsql;

namespace BatchBus.Cli.Servers;

/// <summary>A PostgreSQL of this instance's own, on 127.0.0.1 only.</summary>
sealed class PrivatePostgres(Instance instance, RunFile runFile, Ports ports, string adminPassword)
{
    public const string ProcessName = "postgres";
    const string Database = "batchbus", Admin = "postgres";
    const int Starts = 5;

    // Replaying the log after a kill can take a while.
    static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(120);
    static readonly TimeSpan PauseBetweenStarts = TimeSpan.FromSeconds(2);

    readonly DetachedProcess _processes = new(instance, runFile);

    /// <summary>Starts it unless it runs, and answers with the administrator's connection string.</summary>
    public async Task<string> Start(CancellationToken ct)
    {
        if (runFile.Find(ProcessName) is { } running) return await Answer(running, ct) ?? throw Failed();

        var data = await DataFolder.Of(instance, ct);
        var binaries = PostgresBinaries.Find(data.Version);
        if (data.Version is null) await PostgresCluster.Create(data, binaries, adminPassword, ct);
        else await data.Reclaim(ct);
        for (var attempt = 1; attempt <= Starts; attempt++)
        {
            PostgresCluster.RemoveStaleLock(data);
            if (await Answer(_processes.Start(Spec(data, binaries)), ct) is { } connectionString) return connectionString;
            // After kill -9 of the server, sessions of the old one may need a moment to notice; until then a new one refuses to start.
            await Task.Delay(PauseBetweenStarts, TimeProvider.System, ct);
        }
        throw Failed();
    }

    /// <summary>Another login's connection string to our database.</summary>
    public static string ConnectionString(int port, string user, string password) =>
        new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = port, Username = user, Password = password, Database = Database }.ConnectionString;

    /// <summary>The administrator's.</summary>
    public static string AdminConnectionString(int port, string password) => ConnectionString(port, Admin, password);

    CliException Failed() => new($"PostgreSQL did not start.{LogTail.Of(instance, ProcessName)}");

    ProcessSpec Spec(DataFolder data, string binaries)
    {
        var port = ports.Take(ProcessName);
        return new ProcessSpec(ProcessName, Path.Combine(binaries, "postgres"), port)
        {
            User = data.User,
            WorkingDirectory = "/",
            StopSignal = StopSignal.Interrupt,
            Arguments = ["-D", data.Path, "-p", port.ToString(CultureInfo.InvariantCulture), .. Settings.SelectMany(s => (string[])["-c", s])],
        };
    }

    // Durability stays as it comes (fsync, synchronous_commit): the tests that kill the server rely on it.
    // No socket file: its path would be limited to 107 characters, and a checkout may lie deep.
    static IEnumerable<string> Settings =>
    [
        "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200",
        "shared_buffers=256MB", "max_wal_size=4GB", "checkpoint_timeout=15min",
    ];

    /// <summary>Waits until it takes connections and has our database; null when it has ended instead.</summary>
    async Task<string?> Answer(RunningProcess process, CancellationToken ct)
    {
        var server = new NpgsqlConnectionStringBuilder(ConnectionString(process.Port, Admin, adminPassword)) { Database = "postgres", Pooling = false };
        var limit = new Limit(StartLimit);
        while (process.Identity.IsRunning)
        {
            try
            {
                await CreateDatabase(server.ConnectionString, ct);
                return new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = Database, Pooling = true }.ConnectionString;
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InvalidPassword)
            {
                throw new CliException($"The private PostgreSQL does not know the password in {instance.FileNamed(LocalSecrets.FileName)}: "
                    + "that file and the data belong together. To start afresh: ./batchbus down, then delete .batchbus.");
            }
            catch (NpgsqlException e) when (e is not PostgresException p || p.SqlState is PostgresErrorCodes.CannotConnectNow)
            {
                if (limit.IsOver) throw Failed();
                await Limit.Pause(ct);
            }
        }
        return null;
    }

    static async Task CreateDatabase(string server, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync(ct);
        await using var exists = new NpgsqlCommand("SELECT 1 FROM pg_database WHERE datname = $1", connection)
        {
            Parameters = { new() { Value = Database } },
        };
        if (await exists.ExecuteScalarAsync(ct) is not null) return;
        await using var create = new NpgsqlCommand($"CREATE DATABASE {Database}", connection);
        await create.ExecuteNonQueryAsync(ct);
    }
}
