using System.Globalization;
using BatchBus.Cli.Processes;

namespace BatchBus.Cli.Bench;

/// <param name="Service">Which process.</param>
/// <param name="PercentOfACore">The processor time that it used, user and system, as a share of the time that passed.</param>
sealed record IdleUse(string Service, double PercentOfACore);

/// <param name="Seconds">How long they were watched.</param>
/// <param name="Services">Each of them.</param>
/// <param name="PercentOfACore">All together.</param>
sealed record IdleResult(int Seconds, IReadOnlyList<IdleUse> Services, double PercentOfACore) : IBenchResult
{
    public int Failures => 0; // a service that ends meanwhile ends the benchmark

    public string Sentence => string.Create(CultureInfo.InvariantCulture,
        $"With nothing to do for {Seconds} s, {string.Join(", ", Services.Select(use => $"{use.Service} uses {use.PercentOfACore:0.00} %"))} of a core: {PercentOfACore:0.00} % together.");
}

/// <summary>Watches what the services use while there is nothing to do.</summary>
/// <remarks>
/// .NET compiles a method again once it has been called thirty times. For what is done every ten seconds that is after five minutes, and it costs more
/// than all that an idle service does meanwhile; it is done once, and no part of being idle.
/// </remarks>
sealed class IdleBench(BenchStack stack, int settle, int seconds)
{
    public async Task<IdleResult> Run(CancellationToken ct)
    {
        stack.Say($"Letting the services settle for {settle} s, then watching them for {seconds} s.");
        await Task.Delay(TimeSpan.FromSeconds(settle), TimeProvider.System, ct);
        var start = TimeProvider.System.GetTimestamp();
        var services = stack.Services.Select(service => (service, Before: Used(service))).ToList();
        await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System, ct);
        var passed = TimeProvider.System.GetElapsedTime(start);
        IdleUse[] uses = [.. services.Select(s => new IdleUse(s.service.Name, Percent(Used(s.service) - s.Before, passed)))];
        return new IdleResult(seconds, uses, Math.Round(uses.Sum(use => use.PercentOfACore), 2));
    }

    static TimeSpan Used(RunningProcess service) => service.Identity.ProcessorTime() ?? throw new CliException($"{service.Name} has ended by itself.");

    static double Percent(TimeSpan used, TimeSpan passed) => Math.Round(100 * used / passed, 2);
}
