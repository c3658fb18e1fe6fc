using System.CommandLine;
using BatchBus.Cli.Display;
using BatchBus.Cli.Processes;
using BatchBus.Cli.Servers;
using BatchBus.Cli.Stack;
using BatchBus.Database;
using Spectre.Console;

namespace BatchBus.Cli.Commands;

static class MigrateCommand
{
    static readonly Option<string?> Database = new("--database")
    {
        Description = "An administrator's connection string (Host=…;Username=…;Password=…;Database=…). "
            + "Without it ConnectionStrings__Postgres is used, or else the private PostgreSQL.",
        HelpName = "connection string",
    };

    public static Command Create(IAnsiConsole console)
    {
        var command = new Command("migrate", "Applies the migrations that a database lacks, and sets the passwords of the login roles "
            + "batchbus_api and batchbus_ingest: from Database__ApiPassword and Database__IngestPassword for a given server.")
        {
            Database, Output.JsonOption,
        };
        command.SetAction(async (parsed, ct) =>
        {
            var given = parsed.GetValue(Database) is { } database ? Given.Checked(database, "--database") : Given.Postgres();
            var output = Output.Of(parsed, console);
            var applied = await (given is null ? MigratePrivate(output, ct) : MigrateGiven(given, output, ct));
            if (output.IsJson) output.Json(new { applied });
            return 0;
        });
        return command;
    }

    static async Task<IReadOnlyList<string>> MigrateGiven(string connectionString, Output output, CancellationToken ct)
    {
        var applied = await Migrate(connectionString, output, ct);
        if (Given.RolePasswords)
            await LoginRoles.SetPasswords(connectionString, Given.Value("Database__ApiPassword")!, Given.Value("Database__IngestPassword")!, ct);
        else
            // On somebody's server a made-up password would lock out the services that run there.
            output.Say("The passwords of batchbus_api and batchbus_ingest are unchanged: "
                + "set Database__ApiPassword and Database__IngestPassword to change them.");
        return applied;
    }

    /// <summary>Leaves the private server as it was found, running or not.</summary>
    static async Task<IReadOnlyList<string>> MigratePrivate(Output output, CancellationToken ct)
    {
        var instance = Instance.ForUse(Checkout.Find());
        using var held = await instance.Lock(ct);
        var runFile = new RunFile(instance);
        var wasRunning = runFile.Find(PrivatePostgres.ProcessName) is not null;
        try
        {
            var server = await ServerAddresses.StartPostgres(instance, runFile, new Ports(instance), ct);
            var applied = await Migrate(server, output, ct);
            var secrets = LocalSecrets.Of(instance);
            await LoginRoles.SetPasswords(server, secrets.ApiPassword, secrets.IngestPassword, ct);
            return applied;
        }
        finally
        {
            if (!wasRunning) await new Shutdown(instance, runFile).Stop(p => p.Name == PrivatePostgres.ProcessName);
        }
    }

    static async Task<IReadOnlyList<string>> Migrate(string connectionString, Output output, CancellationToken ct)
    {
        var applied = await new MigrationRunner(connectionString).Apply(ct);
        foreach (var name in applied) output.Say($"Applied {name}");
        if (applied.Count == 0) output.Say("The database is up to date.");
        return applied;
    }
}
