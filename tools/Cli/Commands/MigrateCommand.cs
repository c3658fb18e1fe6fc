using System.CommandLine;
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
            Database,
        };
        command.SetAction(async (parsed, ct) =>
        {
            var given = parsed.GetValue(Database) is { } database ? Given.Checked(database, "--database") : Given.Postgres();
            await (given is null ? MigratePrivate(console, ct) : MigrateGiven(given, console, ct));
            return 0;
        });
        return command;
    }

    static async Task MigrateGiven(string connectionString, IAnsiConsole console, CancellationToken ct)
    {
        await Migrate(connectionString, console, ct);
        if (Given.RolePasswords)
            await LoginRoles.SetPasswords(connectionString, Given.Value("Database__ApiPassword")!, Given.Value("Database__IngestPassword")!, ct);
        else
            // On somebody's server a made-up password would lock out the services that run there.
            console.WriteLine("The passwords of batchbus_api and batchbus_ingest are unchanged: "
                + "set Database__ApiPassword and Database__IngestPassword to change them.");
    }

    /// <summary>Leaves the private server as it was found, running or not.</summary>
    static async Task MigratePrivate(IAnsiConsole console, CancellationToken ct)
    {
        var instance = Instance.ForUse(Checkout.Find());
        using var held = await instance.Lock(ct);
        var runFile = new RunFile(instance);
        var wasRunning = runFile.Find(PrivatePostgres.ProcessName) is not null;
        try
        {
            var server = await ServerAddresses.StartPostgres(instance, runFile, new Ports(instance), ct);
            await Migrate(server, console, ct);
            var secrets = LocalSecrets.Of(instance);
            await LoginRoles.SetPasswords(server, secrets.ApiPassword, secrets.IngestPassword, ct);
        }
        finally
        {
            if (!wasRunning) await new Shutdown(instance, runFile).Stop(p => p.Name == PrivatePostgres.ProcessName);
        }
    }

    static async Task Migrate(string connectionString, IAnsiConsole console, CancellationToken ct)
    {
        var applied = await new MigrationRunner(connectionString).Apply(ct);
        foreach (var name in applied) console.WriteLine($"Applied {name}");
        if (applied.Count == 0) console.WriteLine("The database is up to date.");
    }
}
