using System.Diagnostics;
using BatchBus.Cli.Processes;
using BatchBus.Cli.Servers;
using BatchBus.Cli.Stack;
using Spectre.Console;

namespace BatchBus.Cli.Tests;

/// <summary>Runs the test programs on fresh servers.</summary>
sealed class TestRun(Checkout checkout, Instance instance, IAnsiConsole console)
{
    public async Task<int> Run(string[] runnerArguments, CancellationToken ct)
    {
        using var held = await instance.Lock(ct);
        var runFile = new RunFile(instance);
        var count = TestCount.None;
        try
        {
            await Clear(runFile, ct);
            var servers = await ServerAddresses.Start(instance, runFile, ct);
            foreach (var (name, program) in checkout.TestPrograms())
            {
                var result = await RunOne(name, program, servers, runnerArguments, ct);
                console.WriteLine($"{name}: {result}");
                count += result;
            }
        }
        finally
        {
            await new Shutdown(instance, runFile).Stop(_ => true);
        }
        console.WriteLine(count.ToString());
        return count is { Failed: 0, Passed: > 0 } ? 0 : 1;
    }

    /// <summary>Each run begins with empty servers, also after one that was killed.</summary>
    async Task Clear(RunFile runFile, CancellationToken ct)
    {
        await new Shutdown(instance, runFile).Stop(_ => true);
        var data = OperatingSystem.IsLinux() ? (await DataFolder.Of(instance, ct)).Path : instance.FileNamed("postgres");
        foreach (var folder in (string[])[data, instance.FileNamed("rabbitmq"), Results])
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(Results);
    }

    string Results => instance.FileNamed("results");

    async Task<TestCount> RunOne(string name, string program, ServerAddresses servers, string[] runnerArguments, CancellationToken ct)
    {
        if (!File.Exists(program)) throw new CliException($"{program} is missing: run ./batchbus test, which builds it.");
        var results = Path.Combine(Results, $"{name}.xml");
        // A test that takes longer than a minute is named, so that one that hangs can be found in a log.
        string[] arguments = ["-noColor", "-noLogo", "-failSkips", "-longRunning", "60", "-result-xml", results, .. runnerArguments];
        var info = new ProcessStartInfo(program, arguments) { WorkingDirectory = checkout.Root };
        info.Environment["CI"] = "true";
        info.Environment["ConnectionStrings__Postgres"] = servers.Postgres;
        info.Environment["ConnectionStrings__RabbitMq"] = servers.RabbitMq;
        info.Environment["RabbitMq__ManagementUrl"] = servers.RabbitMqManagement;

        return TestCount.Of(results, await ChildProcess.Run(info, ct));
    }
}
