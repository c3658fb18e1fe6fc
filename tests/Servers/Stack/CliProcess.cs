using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace BatchBus.Tests.Servers.Stack;

/// <summary><c>./batchbus</c> as a process of its own, which a test may interrupt.</summary>
public sealed class CliProcess : IDisposable
{
    readonly Process _process;
    readonly StringBuffer _said = new();
    readonly Task<string> _output;
    readonly Task<string> _errors;

    CliProcess(Process process) =>
        (_process, _output, _errors) = (process, _said.Fill(process.StandardOutput), process.StandardError.ReadToEndAsync());

    public static CliProcess Start(IReadOnlyDictionary<string, string> settings, params string[] arguments) => Start(settings, "", arguments);

    /// <summary>Starts it with something to read.</summary>
    public static CliProcess Start(IReadOnlyDictionary<string, string> settings, string input, string[] arguments)
    {
        // A shell lets what it runs in the background ignore Ctrl-C, and whatever that starts does so, too. A command of a test listens to it.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", Path.Combine(AppContext.BaseDirectory, "BatchBus.Cli"), .. arguments])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        // The settings of the test run itself are not the command's.
        foreach (var own in start.Environment.Keys.Where(key => key.Contains("__", StringComparison.Ordinal) || key.StartsWith("BATCHBUS_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(own);
        foreach (var (key, value) in settings) start.Environment[key] = value;
        var process = Process.Start(start)!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        return new CliProcess(process);
    }

    /// <summary>Waits for its end.</summary>
    public async Task<(int ExitCode, string Output)> End()
    {
        var result = await Result();
        return (result.ExitCode, result.Output + result.Errors);
    }

    /// <summary>Waits for its end, and keeps apart what it said where.</summary>
    public async Task<CliResult> Result()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(2));
        return new CliResult(_process.ExitCode, await _output, await _errors);
    }

    /// <summary>SIGTERM, which lets it say a last word; or SIGKILL.</summary>
    public async Task Interrupt(bool politely)
    {
        if (!politely) _process.Kill();
        else await Signal("TERM");
    }

    /// <summary>Waits until it has printed something.</summary>
    public Task HasSaid() => Eventually.True(() => Task.FromResult(_said.Length > 0), "the command to say something");

    /// <summary>What Ctrl-C does.</summary>
    public Task PressControlC() => Signal("INT");

    async Task Signal(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}

/// <summary>What a process has printed so far.</summary>
sealed class StringBuffer
{
    int _length;

    public int Length => Volatile.Read(ref _length);

    public async Task<string> Fill(TextReader from)
    {
        var (all, part) = (new StringBuilder(), new char[4096]);
        while (await from.ReadAsync(part) is var count and > 0)
        {
            all.Append(part, 0, count);
            Volatile.Write(ref _length, all.Length);
        }
        return all.ToString();
    }
}

/// <summary>How a command ended.</summary>
public sealed record CliResult(int ExitCode, string Output, string Errors)
{
    /// <summary>What it printed, as JSON.</summary>
    public JsonNode Json => JsonNode.Parse(Output)!;
}
