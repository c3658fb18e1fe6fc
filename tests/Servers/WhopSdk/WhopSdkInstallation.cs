using System.Runtime.CompilerServices;
using System.Text.Json;

namespace BatchBus.Tests.Servers.WhopSdk;

/// <summary>Whop's own client for Node.js, with the scripts in this folder.</summary>
public sealed class WhopSdkInstallation() : NpmInstallation(ThisFolder())
{
    /// <summary>Runs one of the scripts against the simulator, and reads the JSON that it prints.</summary>
    public async Task<JsonElement> Node(Uri simulator, string script, params string[] arguments)
    {
        var environment = new Dictionary<string, string> { ["WHOP_BASE_URL"] = new Uri(simulator, "api/v1").ToString() };
        var (exitCode, output, error) = await Run("node", [script, .. arguments], environment);
        Assert.True(exitCode == 0, $"{script} failed: {error}");
        return JsonElement.Parse(output);
    }

    // The scripts stay where they are; the compiler knows where that is.
    static string ThisFolder([CallerFilePath] string thisFile = "") => Path.GetDirectoryName(thisFile)!;
}
