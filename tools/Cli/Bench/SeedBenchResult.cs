using System.Globalization;

namespace BatchBus.Cli.Bench;

/// <summary>What memory a service has.</summary>
/// <param name="Mb">All that is resident, in MB.</param>
/// <param name="OwnMb">Without mapped files.</param>
readonly record struct MemoryUse(long Mb, long OwnMb);

/// <summary>What memory each service had at a moment.</summary>
/// <param name="At">Since the beginning.</param>
/// <param name="Services">By service.</param>
sealed record MemorySample(TimeSpan At, IReadOnlyDictionary<string, MemoryUse> Services)
{
    public string Sentence => string.Join(", ", Services.Select(service => string.Create(CultureInfo.InvariantCulture, $"{service.Key} {service.Value.Mb} MB")));
}

/// <summary>How a service's memory went.</summary>
/// <param name="Service">Which.</param>
/// <param name="FirstMb">The most in the first tenth of the time, but for its first minute, in which it starts, where it took longer than that.</param>
/// <param name="LastMb">The most in the last tenth.</param>
/// <param name="MostMb">The most of all samples.</param>
/// <param name="MostOwnMb">The same without mapped files.</param>
sealed record MemoryCourse(string Service, long FirstMb, long LastMb, long MostMb, long MostOwnMb)
{
    static readonly TimeSpan Start = TimeSpan.FromMinutes(1);

    public string Sentence => string.Create(CultureInfo.InvariantCulture, $"{Service} {FirstMb} MB in the first tenth, {LastMb} MB in the last, {MostMb} MB at most, {MostOwnMb} MB without mapped files");

    /// <summary>By service; none without a sample.</summary>
    public static IReadOnlyList<MemoryCourse> Of(IReadOnlyCollection<MemorySample> samples)
    {
        if (samples.Count == 0) return [];
        var settled = samples.Where(sample => sample.At >= Start).ToList();
        if (settled.Count == 0) settled = [.. samples];
        var tenth = Math.Max(1, settled.Count / 10);
        return [.. settled[^1].Services.Keys.Select(service => new MemoryCourse(service,
            Most(settled.Take(tenth), service), Most(settled.TakeLast(tenth), service), Most(samples, service), samples.Max(sample => Of(sample, service).OwnMb)))];
    }

    static long Most(IEnumerable<MemorySample> samples, string service) => samples.Max(sample => Of(sample, service).Mb);

    static MemoryUse Of(MemorySample sample, string service) => sample.Services.GetValueOrDefault(service);
}

/// <summary>What <see cref="SeedBench"/> came to.</summary>
/// <param name="Load">What was read.</param>
/// <param name="Failures">Jobs that are not, to the e-mail, what the simulator gave out.</param>
/// <param name="Seconds">From the first request to the last job's end.</param>
/// <param name="TenthsPerSecond">Members a second in each tenth of the pages, as they were stored.</param>
/// <param name="DatabaseBytes">The size of the database afterwards.</param>
/// <param name="Memory">How the services' memory went.</param>
sealed record SeedBenchResult(
    SeedLoad Load, int Failures, double Seconds, IReadOnlyList<double> TenthsPerSecond, long DatabaseBytes, IReadOnlyList<MemoryCourse> Memory) : IBenchResult
{
    public double PerSecond => Load.Total / Seconds;

    /// <summary>The rate of the last tenth, as a share of the first's.</summary>
    public double LastOfFirst => TenthsPerSecond[^1] / TenthsPerSecond[0];

    public string Sentence => string.Create(CultureInfo.InvariantCulture, $"""
        {Load.Companies:N0} companies of {Load.Members:N0} members: {Load.Total:N0} members in {Seconds / 60:N1} minutes, {PerSecond:N0} a second.
          In each tenth of the pages: {string.Join(", ", TenthsPerSecond.Select(rate => rate.ToString("N0", CultureInfo.InvariantCulture)))} a second; the last {LastOfFirst:P0} of the first.
          Memory: {string.Join("; ", Memory.Select(course => course.Sentence))}.
          The database has {DatabaseBytes / 1e9:N1} GB.
          Jobs that were not exact: {Failures}.
        """);
}
