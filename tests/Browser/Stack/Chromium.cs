using Microsoft.Playwright;

namespace BatchBus.Tests.Browser.Stack;

/// <summary>
/// The system's Chromium, without a window; <c>./batchbus test</c> installs it. Playwright's own browsers would be downloaded from a host that not
/// every machine reaches. Without one the tests are skipped on a laptop and fail in CI.
/// </summary>
public sealed class Chromium : IAsyncDisposable
{
    static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    readonly IPlaywright _playwright;

    Chromium(IPlaywright playwright, IBrowser browser) => (_playwright, Browser) = (playwright, browser);

    public IBrowser Browser { get; }

    public static async Task<Chromium> Start()
    {
        if (Program() is not { } program)
        {
            if (Environment.GetEnvironmentVariable("CI") is not ("true" or "1")) Assert.Skip("No Chromium is installed.");
            throw new InvalidOperationException("No Chromium is installed, and in CI no test is skipped; run ./batchbus test, which installs it.");
        }
        var playwright = await Playwright.CreateAsync();
        // Chromium refuses to run its sandbox as root, as whom CI runs.
        return new Chromium(playwright, await playwright.Chromium.LaunchAsync(new() { Timeout = 180_000, ExecutablePath = program, ChromiumSandbox = Environment.UserName != "root" }));
    }

    static string? Program() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        _playwright.Dispose();
    }
}
