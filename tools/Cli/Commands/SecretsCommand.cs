using System.CommandLine;
using System.ComponentModel.DataAnnotations;
using BatchBus.Cli.Display;
using BatchBus.Cli.Processes;
using BatchBus.Cli.Secrets;
using BatchBus.Cli.Servers;
using BatchBus.Cli.Stack;
using BatchBus.Secrets;
using Microsoft.Extensions.Options;
using Npgsql;
using Spectre.Console;

namespace BatchBus.Cli.Commands;

static class SecretsCommand
{
    static readonly Option<string?> Database = new("--database")
    {
        Description = "An administrator's connection string, as for migrate (Host=…;Username=…;Password=…;Database=…). "
            + "Without it ConnectionStrings__Postgres is used, or else the private PostgreSQL.",
        HelpName = "connection string",
    };

    public static Command Create(IAnsiConsole console)
    {
        var rotate = new Command("rotate", "Encrypts every stored API key that is not under Secrets__MasterKey anew; Secrets__PreviousKeys decrypt. "
            + "Safe to interrupt and to repeat. The exit code is 1 when a key cannot be read.")
        {
            Database, Output.JsonOption,
        };
        rotate.SetAction(async (parsed, ct) =>
        {
            var given = parsed.GetValue(Database) is { } database ? Given.Checked(database, "--database") : Given.Postgres();
            var output = Output.Of(parsed, console);
            var result = given is null ? await RotatePrivate(output, ct) : await Rotate(given, Cipher(Given.Value("Secrets__MasterKey")), output, ct);
            if (output.IsJson) output.Json(result);
            else output.Say($"{result.Rotated:N0} API keys encrypted anew, {result.Current:N0} were under the current master key already, {result.Unreadable:N0} cannot be read.");
            return result.Unreadable == 0 ? 0 : 1;
        });
        return new Command("secrets", "Looks after the stored API keys.") { rotate };
    }

    static async Task<RotationResult> RotatePrivate(Output output, CancellationToken ct)
    {
        var instance = Instance.ForUse(Checkout.Find());
        var cipher = Cipher(LocalSecrets.Of(instance).MasterKey);
        using var held = await instance.Lock(ct);
        var runFile = new RunFile(instance);
        var wasRunning = runFile.Find(PrivatePostgres.ProcessName) is not null;
        try
        {
            return await Rotate(await ServerAddresses.StartPostgres(instance, runFile, new Ports(instance), ct), cipher, output, ct);
        }
        finally
        {
            if (!wasRunning) await new Shutdown(instance, runFile).Stop(p => p.Name == PrivatePostgres.ProcessName);
        }
    }

    static async Task<RotationResult> Rotate(string connectionString, ApiKeyCipher cipher, Output output, CancellationToken ct)
    {
        try
        {
            return await new KeyRotation(connectionString, cipher, (id, reason) => output.Say($"Connection {id}: {reason}")).Run(ct);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new CliException("This login may not see every connection. Give an administrator's, as for ./batchbus migrate: "
                + $"a superuser, or a role with BYPASSRLS that may write whop_connections. (PostgreSQL: {e.MessageText})");
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            throw new CliException("This database has no tables of BatchBus; run ./batchbus migrate, or give another one.");
        }
    }

    /// <summary>A made-up master key would lock the services out of a given database, so it must be given, too.</summary>
    static ApiKeyCipher Cipher(string? masterKey)
    {
        var options = new SecretsOptions { MasterKey = masterKey ?? "", PreviousKeys = Given.Value("Secrets__PreviousKeys") ?? "" };
        if (options.Validate(new ValidationContext(options)).FirstOrDefault() is { } wrong) throw new CliException(wrong.ErrorMessage!);
        return new ApiKeyCipher(Options.Create(options));
    }
}
