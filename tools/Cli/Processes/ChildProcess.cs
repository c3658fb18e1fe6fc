using System.Diagnostics;

namespace BatchBus.Cli.Processes;

/// <summary>A program that shares this one's terminal.</summary>
static class ChildProcess
{
    static readonly TimeSpan InterruptLimit = TimeSpan.FromSeconds(10);

    /// <summary>Runs it to its end. Ctrl-C reaches it too; it gets a moment to end what it has begun.</summary>
    /// <returns>Its exit code.</returns>
    public static async Task<int> Run(ProcessStartInfo info, CancellationToken ct)
    {
        using var process = Process.Start(info)!;
        try
        {
            await process.WaitForExitAsync(ct);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            var limit = new Limit(InterruptLimit);
            while (!process.HasExited && !limit.IsOver) await Limit.Pause(CancellationToken.None);
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
