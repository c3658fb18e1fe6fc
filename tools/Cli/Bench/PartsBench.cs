using System.Diagnostics;

namespace BatchBus.Cli.Bench;

/// <summary>Builds and runs tools/Benchmarks, a program of its own: BenchmarkDotNet is nothing that the command needs otherwise.</summary>
sealed class PartsBench(Checkout checkout)
{
    public async Task<int> Run(CancellationToken ct)
    {
        string[] words = ["run", "--project", Path.Combine("tools", "Benchmarks"), "--configuration", "Release", "--", Instance.ForBenchmarks(checkout).FileNamed("parts")];
        using var process = Process.Start(new ProcessStartInfo("dotnet", words) { WorkingDirectory = checkout.Root })!;
        try
        {
            await process.WaitForExitAsync(ct);
            return process.ExitCode;
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
