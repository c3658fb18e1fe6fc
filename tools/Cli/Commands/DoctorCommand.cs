using System.CommandLine;
using BatchBus.Cli.Client;
using BatchBus.Cli.Display;
using BatchBus.Cli.Doctor;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace BatchBus.Cli.Commands;

static class DoctorCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var command = new Command("doctor", "Checks the settings that services would read here, PostgreSQL, the schema, the stored keys, the clocks, RabbitMQ, Whop and the Api, "
            + "and says what to do. Only the last needs a running Api. The exit code is 1 when a check failed.").TakesApi();
        command.SetAction(async (parsed, ct) =>
        {
            var findings = await DoctorRun.Run(Checkout.FindOrNull() is { } checkout ? Instance.ForUse(checkout) : null, () => ApiAccess.Of(parsed), ct);
            Show(Output.Of(parsed, console), findings);
            return findings.Any(finding => finding.Outcome is Outcome.Failed) ? ExitCodes.Failed : ExitCodes.Done;
        });
        return command;
    }

    static void Show(Output output, IReadOnlyList<Finding> findings)
    {
        if (output.IsJson) output.Json(new { outcome = findings.Max(finding => finding.Outcome), checks = findings });
        else
        {
            var table = Tables.Of("", "CHECK", "");
            foreach (var finding in findings) table.AddRow(Mark(finding.Outcome), Tables.Cell(finding.Check), Tables.Cell(finding.Sentence));
            output.Show(table);
        }
    }

    static IRenderable Mark(Outcome outcome) => outcome switch
    {
        Outcome.Ok => Tables.Cell("ok", Color.Green),
        Outcome.Warning => Tables.Cell("warning", Color.Yellow),
        _ => Tables.Cell("failed", Color.Red),
    };
}
