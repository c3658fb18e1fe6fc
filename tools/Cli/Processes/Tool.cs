using System.ComponentModel;
using System.Diagnostics;

namespace BatchBus.Cli.Processes;

/// <param name="ExitCode">0 for success.</param>
/// <param name="Output">Standard output and error, trimmed.</param>
sealed record ToolResult(int ExitCode, string Output);

/// <summary>Runs a short command to its end.</summary>
static class Tool
{
    public static async Task<ToolResult> Run(CancellationToken ct, params IEnumerable<string> words)
    {
        var line = words.ToArray();
        // initdb and the like look at the current folder, which another user may not be allowed to enter.
        var info = new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        using var process = Start(info);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(ct);
            var errors = process.StandardError.ReadToEndAsync(ct);
            await process.WaitForExitAsync(ct);
            return new ToolResult(process.ExitCode, $"{await output}{await errors}".Trim());
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Runs a command that must succeed.</summary>
    public static async Task Must(CancellationToken ct, params IEnumerable<string> words)
    {
        var line = words.ToArray();
        var result = await Run(ct, line);
        if (result.ExitCode != 0) throw new CliException($"{string.Join(' ', line)} failed: {result.Output}");
    }

    static Process Start(ProcessStartInfo info)
    {
        try
        {
            return Process.Start(info)!;
        }
        catch (Win32Exception e)
        {
            throw new CliException($"{info.FileName} cannot be run: {e.Message}.");
        }
    }
}
