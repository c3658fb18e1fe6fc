using System.Diagnostics;

namespace BatchBus.Tests.Servers.Stack;

/// <summary><c>./batchbus</c> as a process of its own, which a test may interrupt.</summary>
public sealed class CliProcess : IDisposable
{
    readonly Process _process;
    readonly Task<string> _output;
    readonly Task<string> _errors;

    CliProcess(Process process) =>
        (_process, _output, _errors) = (process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());

    public static CliProcess Start(IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "BatchBus.Cli"), arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        // The settings of the test run itself are not the command's.
        foreach (var own in start.Environment.Keys.Where(key => key.Contains("__", StringComparison.Ordinal)).ToList()) start.Environment.Remove(own);
        foreach (var (key, value) in settings) start.Environment[key] = value;
        return new CliProcess(Process.Start(start)!);
    }

    /// <summary>Waits for its end.</summary>
    public async Task<(int ExitCode, string Output)> End()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1));
        return (_process.ExitCode, await _output + await _errors);
    }

    /// <summary>SIGTERM, which lets it say a last word; or SIGKILL.</summary>
    public async Task Interrupt(bool politely)
    {
        if (!politely) _process.Kill();
        else
        {
            using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
