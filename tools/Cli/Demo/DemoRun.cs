using BatchBus.Cli.Client;
using BatchBus.Cli.Stack;
using Spectre.Console;

namespace BatchBus.Cli.Demo;

/// <summary>The demo from start to end.</summary>
sealed class DemoRun(Checkout checkout, Instance instance, IAnsiConsole console, DemoOptions options)
{
    readonly LocalStack _stack = new(checkout, instance, console.WriteLine);

    /// <returns>The exit code: 0 only when every job completed and every e-mail is where it belongs.</returns>
    public async Task<int> Run(CancellationToken ct)
    {
        var (addresses, wasUp) = await _stack.Join(Wanted, ct);
        try
        {
            Introduce(addresses, wasUp);
            return await Measure(addresses, ct);
        }
        finally
        {
            if (wasUp || (options.Keep && !ct.IsCancellationRequested)) ShowAddresses(addresses);
            else await Stop();
        }
    }

    StackOptions Wanted => new(options.Fetchers, options.Ingesters, options.RequestsPerMinute);

    async Task<int> Measure(StackAddresses addresses, CancellationToken ct)
    {
        using var api = new ApiClient(addresses.Api);
        using var simulator = new SimulatorClient(addresses.Simulator);
        var watch = new ServiceWatch(instance, addresses.Services);
        var jobs = new DemoJobs(api, watch);
        var start = TimeProvider.System.GetUtcNow();
        try
        {
            await jobs.Create(options, new LocalToken(addresses.Secrets.JwtSecret, TimeProvider.System), ct);
            await Display().While(jobs.All, show => jobs.Follow(show, ct));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            await CancelOpen(jobs);
            throw;
        }
        var check = new ResultCheck(api, simulator, addresses.Servers);
        return await new DemoReport(console, check, watch).Show(jobs.All, start, ct);
    }

    async Task CancelOpen(DemoJobs jobs)
    {
        try
        {
            await jobs.CancelOpen();
        }
        catch (Exception e) when (e is CliException or OperationCanceledException)
        {
            console.WriteLine($"The open jobs could not be cancelled and go on when BatchBus runs again: {e.Message}");
        }
    }

    IProgressDisplay Display() => console.Profile.Out.IsTerminal ? new ProgressBars(console) : new ProgressLines(console);

    void Introduce(StackAddresses addresses, bool wasUp)
    {
        if (wasUp) console.WriteLine("BatchBus runs already: the demo uses it as it is, whatever the options say, and leaves it running.");
        console.WriteLine($"Running: {string.Join(", ", addresses.Services.Select(s => s.Name))}.");
        var limit = addresses.RequestsPerMinute;
        console.WriteLine(limit > StackOptions.WhopRequestsPerMinute
            ? $"Whop's limit of 600 requests a minute and key is lifted to {limit:N0}: this measures the machine."
            : $"A limit of {limit:N0} requests a minute and key holds, at 100 members a request: about {Seconds(limit):N0} s.");
        var companies = options.Companies == 1 ? "1 company" : $"{options.Companies:N0} companies";
        console.WriteLine($"Reading {(long)options.Members * options.Companies:N0} members of {companies}.");
    }

    double Seconds(int requestsPerMinute) => Math.Ceiling(options.Members / 100.0) * 60 / requestsPerMinute;

    void ShowAddresses(StackAddresses addresses)
    {
        console.WriteLine("BatchBus is left running:");
        foreach (var line in addresses.Lines()) console.WriteLine($"  {line}");
        // Not through Spectre, which would break the long line in a narrow terminal.
        console.Profile.Out.Writer.WriteLine($"  Dashboard            {addresses.Dashboard}");
        console.WriteLine("  ./batchbus token --role service_role prints a token; ./batchbus down stops everything.");
    }

    async Task Stop()
    {
        var stopped = await _stack.Down();
        console.WriteLine($"Stopped {string.Join(", ", stopped)}. Logs: {Path.GetRelativePath(checkout.Root, instance.Logs)}");
    }
}
