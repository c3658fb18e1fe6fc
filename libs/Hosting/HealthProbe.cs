using System.Globalization;

namespace BatchBus.Hosting;

/// <summary>
/// <c>--health</c>: asks the service that runs in the same container whether it is ready, and ends with 0 or 1. The image has neither shell nor curl
/// with which to ask.
/// </summary>
public static class HealthProbe
{
    const int DefaultPort = 8080;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>True when the process was started only to ask.</summary>
    /// <param name="arguments">Those of the command line.</param>
    public static bool IsAsked(string[] arguments) => arguments is ["--health"];

    /// <summary>Asks, and says what is missing.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> Ask()
    {
        var ready = new Uri(Address(Environment.GetEnvironmentVariable("ASPNETCORE_URLS"), Environment.GetEnvironmentVariable("ASPNETCORE_HTTP_PORTS")), "health/ready");
        using var http = new HttpClient { Timeout = Patience };
        try
        {
            using var answer = await http.GetAsync(ready);
            await Console.Out.WriteLineAsync(await answer.Content.ReadAsStringAsync());
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"{ready} does not answer: {e.Message}");
            return 1;
        }
    }

    /// <summary>Where a service with these settings listens, as seen from beside it.</summary>
    /// <param name="urls"><c>ASPNETCORE_URLS</c>.</param>
    /// <param name="ports"><c>ASPNETCORE_HTTP_PORTS</c>, which counts where the first is not set.</param>
    internal static Uri Address(string? urls, string? ports)
    {
        // Only the port matters: whatever the address, it is this machine.
        var text = string.IsNullOrWhiteSpace(urls) ? ports : urls.Split(';')[0].TrimEnd('/').Split(':')[^1];
        return int.TryParse(text?.Split(';')[0], CultureInfo.InvariantCulture, out var port)
            ? new Uri($"http://127.0.0.1:{port}/")
            : new Uri($"http://127.0.0.1:{DefaultPort}/");
    }
}
