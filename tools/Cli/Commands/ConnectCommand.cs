using System.CommandLine;
using BatchBus.Cli.Client;
using Spectre.Console;

namespace BatchBus.Cli.Commands;

static class ConnectCommand
{
    static readonly Argument<string> Company = new("company") { Description = "Whop's id of the company, biz_…" };
    static readonly Option<string?> Label = new("--label") { Description = "A name for people; by default the company's id.", HelpName = "text" };

    public static Command Create(IAnsiConsole console) => new Command("connect", "Connects a company on Whop. The API key is asked for without being shown, "
        + "or read from the input: it is never part of the command line. Whop is asked once whether it accepts the key.")
    {
        Company, Label,
    }.TakesApi().Calls(console, Connect);

    static async Task<int> Connect(ApiCall call, CancellationToken ct)
    {
        var company = call.Parsed.GetRequiredValue(Company);
        var apiKey = await ReadKey(company, ct);
        var answer = await call.Api.Post("api/connections", new { companyId = company, apiKey, label = call.Parsed.GetValue(Label) }, ct);
        if (call.Output.IsJson) call.Output.Line(answer.Text);
        else call.Output.Line($"Connected {company}: ./batchbus create {answer.As<Connection>().Id} builds its audience.");
        return ExitCodes.Done;
    }

    static async Task<string> ReadKey(string company, CancellationToken ct)
    {
        var key = Console.IsInputRedirected ? await Console.In.ReadLineAsync(ct) : await Ask(company, ct);
        return key?.Trim() is { Length: > 0 } trimmed ? trimmed : throw new UsageException("There is no API key in the input; give it as one line.");
    }

    // On the error output, so that the question does not end up in the file that the answer goes to.
    static Task<string> Ask(string company, CancellationToken ct) =>
        new TextPrompt<string>(Markup.Escape($"Whop API key of {company} (not shown):")).Secret(null)
            .ShowAsync(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }), ct);
}
