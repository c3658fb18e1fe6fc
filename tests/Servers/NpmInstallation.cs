using System.ComponentModel;
using System.Diagnostics;

namespace BatchBus.Tests.Servers;

/// <summary>
/// Packages for Node.js, installed once into a temporary copy of a folder that has their <c>package.json</c>. Without npm, or without a registry
/// to install from, the tests that need them are skipped on a laptop and fail in CI.
/// </summary>
/// <param name="source">The folder.</param>
public abstract class NpmInstallation(string source) : IAsyncLifetime
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    string? _problem;

    /// <summary>The temporary copy.</summary>
    protected string Folder { get; } = Directory.CreateTempSubdirectory("batchbus-npm-").FullName;

    public async ValueTask InitializeAsync()
    {
        foreach (var file in Directory.EnumerateFiles(source).Where(file => Path.GetExtension(file) is ".mjs" or ".json" or ".npmrc"))
            File.Copy(file, Path.Combine(Folder, Path.GetFileName(file)));
        try
        {
            var (exitCode, _, error) = await Start("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], []);
            if (exitCode != 0) _problem = $"npm ci failed: {error}";
        }
        catch (Win32Exception e)
        {
            _problem = $"npm cannot be started: {e.Message}";
        }
    }

    /// <summary>Runs a program in the folder.</summary>
    protected Task<(int ExitCode, string Output, string Error)> Run(string program, string[] arguments, Dictionary<string, string> environment)
    {
        if (_problem is not null)
        {
            if (Environment.GetEnvironmentVariable("CI") is not ("true" or "1")) Assert.Skip(_problem);
            Assert.Fail($"In CI no test is skipped: {_problem}");
        }
        return Start(program, arguments, environment);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    async Task<(int ExitCode, string Output, string Error)> Start(string program, string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;

        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Patience);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output, await error);
    }
}
