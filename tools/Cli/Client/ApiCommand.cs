using System.CommandLine;
using BatchBus.Cli.Display;
using Spectre.Console;

namespace BatchBus.Cli.Client;

/// <summary>What a command that calls the Api works with.</summary>
sealed record ApiCall(ParseResult Parsed, ApiClient Api, Output Output);

/// <summary>Commands that are clients of the HTTP API.</summary>
static class ApiCommand
{
    /// <summary>Adds the options that say which Api, as whom, and for whom the result is; the commands below have them, too.</summary>
    public static Command TakesApi(this Command command)
    {
        command.Options.Add(ApiAccess.ApiOption);
        command.Options.Add(ApiAccess.TokenFileOption);
        command.Options.Add(Output.JsonOption);
        return command;
    }

    /// <summary>Runs with a client for the Api that is meant.</summary>
    public static Command Calls(this Command command, IAnsiConsole console, Func<ApiCall, CancellationToken, Task<int>> run)
    {
        command.SetAction(async (parsed, ct) =>
        {
            var access = ApiAccess.Of(parsed);
            using var api = new ApiClient(access.Api, access.Token);
            return await run(new ApiCall(parsed, api, Output.Of(parsed, console)), ct);
        });
        return command;
    }
}
