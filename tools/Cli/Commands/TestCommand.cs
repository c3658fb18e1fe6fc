using System.CommandLine;
using BatchBus.Cli.Tests;
using Spectre.Console;

namespace BatchBus.Cli.Commands;

static class TestCommand
{
    static readonly Argument<string[]> RunnerArguments = new("runner arguments")
    {
        Description = "Passed on to each test program, after --: for example -- -class \"*MigrationTests\" runs one class. -- -? lists them all.",
        Arity = ArgumentArity.ZeroOrMore,
        CaptureRemainingTokens = true,
    };

    public static Command Create(IAnsiConsole console)
    {
        var command = new Command("test", "Runs all tests on a PostgreSQL and a RabbitMQ of their own, started for the purpose. No test is skipped. "
            + "The last line is the count; the exit code is 0 only when tests ran and all passed.")
        {
            RunnerArguments,
        };
        command.SetAction((parsed, ct) =>
        {
            var checkout = Checkout.Find();
            return new TestRun(checkout, Instance.ForTests(checkout), console).Run(parsed.GetValue(RunnerArguments) ?? [], ct);
        });
        return command;
    }
}
