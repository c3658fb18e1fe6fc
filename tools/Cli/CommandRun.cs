using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;
using BatchBus.Database;
using Npgsql;

namespace BatchBus.Cli;

/// <summary>Runs a command so that an interruption lets it clean up, and an error becomes one sentence.</summary>
static class CommandRun
{
    public static async Task<int> Of(ParseResult command)
    {
        using var interruption = new CancellationTokenSource();
        void Interrupt(PosixSignalContext signal)
        {
            signal.Cancel = true;
            interruption.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Interrupt);
        // What is wrong with an option is said in a sentence; the whole help would bury it.
        if (command.Action is ParseErrorAction error) error.ShowHelp = command.CommandResult.Command.Subcommands.Any();
        try
        {
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            // Help and guesses about a wrong line are no result.
            if (command.Errors.Count > 0) configuration.Output = Console.Error;
            var exitCode = await command.InvokeAsync(configuration, interruption.Token);
            return command.Errors.Count > 0 ? ExitCodes.Usage : exitCode;
        }
        catch (OperationCanceledException) when (interruption.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Interrupted.");
            return ExitCodes.Interrupted;
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync(Sentence(e));
            return (e as CliException)?.ExitCode ?? ExitCodes.Failed;
        }
    }

    /// <summary>Expected failures speak for themselves; of others the place is needed to find the fault.</summary>
    static string Sentence(Exception e) => e switch
    {
        CliException or MigrationException => e.Message,
        NpgsqlException => $"PostgreSQL: {e.Message}",
        HttpRequestException or IOException or UnauthorizedAccessException => e.Message,
        _ => $"An error in ./batchbus itself: {e.GetType().Name}: {e.Message} ({Place(e)})",
    };

    static string Place(Exception e) => e.StackTrace?.Split('\n')[0].Trim() ?? "no place known";
}
