using System.CommandLine;
using BatchBus.Cli.Client;
using BatchBus.Cli.Display;
using Spectre.Console;

namespace BatchBus.Cli.Commands;

static class ConnectionsCommand
{
    static readonly Option<int> Limit = NumberOption.WithDefault("--limit", 50, 1, 200, "How many at most.");
    static readonly Option<string?> Before = new("--before") { Description = "Goes on with older connections: the value that the last page named.", HelpName = "next" };

    public static Command Create(IAnsiConsole console) => new Command("connections", "Lists connected companies, newest first.") { Limit, Before }.TakesApi().Calls(console, List);

    static async Task<int> List(ApiCall call, CancellationToken ct)
    {
        var older = call.Parsed.GetValue(Before) is { } before ? $"&before={Uri.EscapeDataString(before)}" : "";
        var answer = await call.Api.Get($"api/connections?limit={call.Parsed.GetValue(Limit)}{older}", ct);
        if (call.Output.IsJson) call.Output.Line(answer.Text);
        else Show(call.Output, answer.As<ConnectionList>());
        return ExitCodes.Done;
    }

    static void Show(Output output, ConnectionList connections)
    {
        if (connections.Items.Count == 0) output.Line("There are no connections; ./batchbus connect makes one.");
        else
        {
            var table = Tables.Of("CONNECTION", "COMPANY", "CREATED", "LABEL");
            foreach (var connection in connections.Items)
                table.AddRow(Tables.Id(connection.Id), Tables.Cell(connection.CompanyId), Tables.Cell(Words.Time(connection.CreatedAt)), Tables.Cell(connection.Label));
            output.Show(table);
        }
        if (connections.Next is { } next) output.Line($"There are older ones: --before {next}");
    }
}
