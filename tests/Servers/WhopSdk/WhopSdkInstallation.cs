using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace BatchBus.Tests.Servers.WhopSdk;

/// <summary>
/// Whop's own client for Node.js, installed once into a temporary copy of this folder. Without npm, or without a registry to install
/// from, its tests are skipped on a laptop and fail in CI.
/// </summary>
public sealed class WhopSdkInstallation : IAsyncLifetime
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    readonly string _folder = Directory.CreateTempSubdirectory("batchbus-whop-sdk-").FullName;
    string? _problem;

    public async ValueTask InitializeAsync()
    {
        var source = SourceFolder();
        foreach (var file in Directory.EnumerateFiles(source).Where(file => Path.GetExtension(file) is ".mjs" or ".json" or ".npmrc"))
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        try
        {
            var (exitCode, _, error) = await Run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], []);
            if (exitCode != 0) _problem = $"npm ci failed: {error}";
        }
        catch (Win32Exception e)
        {
            _problem = $"npm cannot be started: {e.Message}";
        }
    }

    /// <summary>Runs one of the scripts against the simulator, and reads the JSON that it prints.</summary>
    public async Task<JsonElement> Node(Uri simulator, string script, params string[] arguments)
    {
        SkipOrFail();
        var environment = new Dictionary<string, string> { ["WHOP_BASE_URL"] = new Uri(simulator, "api/v1").ToString() };
        var (exitCode, output, error) = await Run("node", [script, .. arguments], environment);
        Assert.True(exitCode == 0, $"{script} failed: {error}");
        return JsonElement.Parse(output);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    void SkipOrFail()
    {
        if (_problem is null) return;
        if (Environment.GetEnvironmentVariable("CI") is not ("true" or "1")) Assert.Skip(_problem);
        Assert.Fail($"In CI no test is skipped: {_problem}");
    }

    async Task<(int ExitCode, string Output, string Error)> Run(string program, string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _folder,
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

    // The scripts stay where they are; the compiler knows where that is.
    static string SourceFolder([CallerFilePath] string thisFile = "") => Path.GetDirectoryName(thisFile)!;
}
