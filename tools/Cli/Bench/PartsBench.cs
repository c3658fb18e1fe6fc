using System.Diagnostics;
using BatchBus.Cli.Processes;
using Spectre.Console;

namespace BatchBus.Cli.Bench;

/// <summary>Builds and runs tools/Benchmarks, a program of its own: BenchmarkDotNet is nothing that the command needs otherwise.</summary>
sealed class PartsBench(Checkout checkout, IAnsiConsole console)
{
    public Task<int> Run(CancellationToken ct)
    {
        console.WriteLine("Building the benchmarks, then measuring for some minutes.");
        string[] words = ["run", "--project", Path.Combine("tools", "Benchmarks"), "--configuration", "Release", "--", Instance.ForBenchmarks(checkout).FileNamed("parts")];
        return ChildProcess.Run(new ProcessStartInfo("dotnet", words) { WorkingDirectory = checkout.Root }, ct);
    }
}
