using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace BatchBus.Tests.Servers.Stack;

/// <summary>One service as a process of its own, which a test may kill. What it logs goes to the test's output when something fails.</summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    readonly Process _process;
    readonly List<string> _log = [];

    ServiceProcess(string name, Process process, Uri address)
    {
        (Name, _process, Address) = (name, process, address);
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Name { get; }

    public Uri Address { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    public IReadOnlyList<string> Log
    {
        get
        {
            lock (_log) return [.. _log];
        }
    }

    /// <summary>Starts <c>BatchBus.&lt;name&gt;</c> on a free port.</summary>
    public static ServiceProcess Start(string name, IReadOnlyDictionary<string, string> settings)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort.Take()}");
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, $"BatchBus.{name}"))
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = AppContext.BaseDirectory,
        };
        // The settings of the test run itself are not the service's.
        foreach (var own in start.Environment.Keys.Where(key => key.StartsWith("ConnectionStrings__", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(own);
        start.Environment["ASPNETCORE_URLS"] = address.ToString();
        foreach (var (key, value) in settings) start.Environment[key] = value;
        return new ServiceProcess(name, Process.Start(start)!, address);
    }

    /// <summary>SIGTERM: it is asked to end.</summary>
    public Task Terminate() => Signal("TERM");

    /// <summary>Waits until the service says that it is ready.</summary>
    public Task Ready() => Eventually.True(async () =>
    {
        if (HasExited) Assert.Fail($"{Name} ended with {ExitCode}: {string.Join('\n', Log)}");
        return await IsReady();
    }, $"{Name} to be ready");

    /// <summary>Whether the service says that it is ready.</summary>
    public async Task<bool> IsReady() => (await Readiness()).Status == HttpStatusCode.OK;

    /// <summary>What the service says about its readiness.</summary>
    public async Task<(HttpStatusCode? Status, string Says)> Readiness()
    {
        try
        {
            using var http = new HttpClient { BaseAddress = Address };
            using var answer = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }
        catch (HttpRequestException)
        {
            return (null, "not listening yet");
        }
    }

    /// <summary>Asks as its container does, with a process of the same program that ends with 0 or not.</summary>
    public async Task<(int ExitCode, string Says)> Probe()
    {
        var start = new ProcessStartInfo(_process.StartInfo.FileName, ["--health"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ASPNETCORE_URLS"] = Address.ToString();
        using var probe = Process.Start(start)!;
        var (output, error) = (probe.StandardOutput.ReadToEndAsync(), probe.StandardError.ReadToEndAsync());
        await probe.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return (probe.ExitCode, await output + await error);
    }

    /// <summary>Waits until the service says that it is not ready, and why.</summary>
    public async Task Says(string why)
    {
        var last = "";
        await Eventually.True(async () =>
        {
            var (status, says) = await Readiness();
            last = says;
            return status is HttpStatusCode.ServiceUnavailable && says.Contains(why, StringComparison.Ordinal);
        }, $"{Name} to say: {why}", instead: () => last);
    }

    /// <summary>Whether the service has refused a message, which went back to its queue.</summary>
    public async Task<bool> HasHandedBack() => await Metric("messaging_masstransit_receive_errors") > 0;

    /// <summary>Whether the service has a message in hand.</summary>
    public async Task<bool> IsBusy() => await Metric("messaging_masstransit_receive_active") > 0;

    /// <summary>What the service shows at <c>/metrics</c>, summed over the series that begin so.</summary>
    public async Task<double> Metric(string name)
    {
        using var http = new HttpClient { BaseAddress = Address };
        var page = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        return page.Split('\n').Where(line => line.StartsWith(name, StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf('}') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture));
    }

    /// <summary>SIGKILL: it ends between two instructions.</summary>
    public async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGSTOP: it stands still in the middle of whatever it does, its connections open.</summary>
    public Task Freeze() => Signal("STOP");

    /// <summary>SIGCONT: it goes on as if nothing had been.</summary>
    public Task Thaw() => Signal("CONT");

    async Task Signal(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Waits until the service has ended by itself.</summary>
    public Task Exited() => _process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await Kill();
        _process.Dispose();
    }

    void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null) return;
        lock (_log) _log.Add(line.Data);
    }
}
