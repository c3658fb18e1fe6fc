using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using BatchBus.Cli.Processes;
using BatchBus.Cli.Servers;
using Npgsql;

namespace BatchBus.Cli.Commands;

static class PsqlCommand
{
    static readonly Argument<string[]> Words = new("psql arguments")
    {
        Description = "Passed on to psql, after --: for example -- -c \"SELECT status, count(*) FROM batch_processing_queue GROUP BY 1\".",
        Arity = ArgumentArity.ZeroOrMore,
        CaptureRemainingTokens = true,
    };

    public static Command Create()
    {
        var command = new Command("psql", "Opens psql on the local BatchBus's database, as its administrator.") { Words };
        command.SetAction(async (parsed, _) =>
        {
            using var psql = Start(Login(Instance.ForUse(Checkout.Find())), parsed.GetValue(Words) ?? []);
            // Ctrl-C is psql's own: it stops a statement, and not psql. Whoever ends this command ends psql.
            using var end = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => psql.Kill());
            await psql.WaitForExitAsync(CancellationToken.None);
            return psql.ExitCode;
        });
        return command;
    }

    static NpgsqlConnectionStringBuilder Login(Instance instance)
    {
        if (Given.Postgres() is { } given) return new(given);
        var server = new RunFile(instance).Find(PrivatePostgres.ProcessName)
            ?? throw new CliException("No PostgreSQL of this checkout runs; ./batchbus up starts it.");
        return new(PrivatePostgres.AdminConnectionString(server.Port, LocalSecrets.Of(instance).PostgresPassword));
    }

    // By its environment: an argument could be read by every user of the machine.
    static Process Start(NpgsqlConnectionStringBuilder login, IEnumerable<string> words)
    {
        var info = new ProcessStartInfo("psql", words)
        {
            Environment =
            {
                ["PGHOST"] = login.Host, ["PGPORT"] = login.Port.ToString(CultureInfo.InvariantCulture), ["PGDATABASE"] = login.Database,
                ["PGUSER"] = login.Username, ["PGPASSWORD"] = login.Password,
            },
        };
        try
        {
            return Process.Start(info)!;
        }
        catch (Win32Exception e)
        {
            throw new CliException($"psql cannot be run: {e.Message}. On Debian the package postgresql-client has it.");
        }
    }
}
