using System.Globalization;

namespace BatchBus.Cli.Bench;

/// <summary>One round of <see cref="PipelineBench"/>.</summary>
/// <param name="Members">Members read in it.</param>
/// <param name="Seconds">From the first request to the last job's end.</param>
/// <param name="Failures">Jobs that are not, to the e-mail, what the simulator gave out.</param>
/// <param name="PlainLoopPerSecond">Members a second of the simplest loop, for one company.</param>
/// <param name="CopyPerSecond">Rows a second of a bare COPY over one connection.</param>
/// <param name="CopyBy4PerSecond">The same over four.</param>
/// <param name="CpuSeconds">Processor time by kind of process.</param>
/// <param name="WalBytes">What PostgreSQL wrote into its log.</param>
/// <param name="Messages">Messages that RabbitMQ took.</param>
/// <param name="WhopCalls">Calls to Whop.</param>
sealed record PipelineRound(
    long Members, double Seconds, int Failures, double PlainLoopPerSecond, double CopyPerSecond, double CopyBy4PerSecond,
    SortedDictionary<string, double> CpuSeconds, decimal WalBytes, long Messages, long WhopCalls)
{
    public double PerSecond => Members / Seconds;

    public string Sentence => string.Create(CultureInfo.InvariantCulture,
        $"{PerSecond:N0} members/s; the plain loop {PlainLoopPerSecond:N0}, COPY {CopyPerSecond:N0} over one connection and {CopyBy4PerSecond:N0} over four.");
}

/// <summary>The medians over the rounds of <see cref="PipelineBench"/>; ratios are taken within each round.</summary>
/// <param name="Load">What was measured.</param>
/// <param name="Failures">Jobs that were not exact.</param>
/// <param name="PerSecond">Members a second.</param>
/// <param name="OfPlainLoop">That, as a multiple of the plain loop's.</param>
/// <param name="OfCopy">That, as a share of the bare COPY's over one connection.</param>
/// <param name="OfCopyBy4">And over four.</param>
/// <param name="CpuSecondsPerMillion">Processor time for a million members, by kind of process.</param>
/// <param name="WalBytesPerMember">PostgreSQL's log.</param>
/// <param name="MessagesPerMember">RabbitMQ's messages.</param>
/// <param name="WhopCallsPerMember">Calls to Whop.</param>
/// <param name="PeakMemoryMb">The most that each service had at once, in MB.</param>
/// <param name="Rounds">The rounds.</param>
sealed record PipelineBenchResult(
    PipelineLoad Load, int Failures, double PerSecond, double OfPlainLoop, double OfCopy, double OfCopyBy4, SortedDictionary<string, double> CpuSecondsPerMillion,
    double WalBytesPerMember, double MessagesPerMember, double WhopCallsPerMember, SortedDictionary<string, long> PeakMemoryMb, IReadOnlyList<PipelineRound> Rounds) : IBenchResult
{
    public static PipelineBenchResult Of(PipelineLoad load, IReadOnlyList<PipelineRound> rounds, SortedDictionary<string, long> peakMemoryMb)
    {
        double Middle(Func<PipelineRound, double> figure) => Spread.Of(rounds.Select(figure)).Median;

        return new PipelineBenchResult(load, rounds.Sum(round => round.Failures), Middle(r => r.PerSecond), Middle(r => r.PerSecond / r.PlainLoopPerSecond),
            Middle(r => r.PerSecond / r.CopyPerSecond), Middle(r => r.PerSecond / r.CopyBy4PerSecond),
            new(rounds[0].CpuSeconds.Keys.ToDictionary(kind => kind, kind => Middle(r => r.CpuSeconds[kind] * 1e6 / r.Members))),
            Middle(r => (double)r.WalBytes / r.Members), Middle(r => (double)r.Messages / r.Members), Middle(r => (double)r.WhopCalls / r.Members), peakMemoryMb, rounds);
    }

    public string Sentence => string.Create(CultureInfo.InvariantCulture, $"""
        {Load.Companies} companies of {Load.Members:N0} members, Whop answering after {Load.LatencyMs} ms, {Load.Workers} Fetchers and as many Ingests; medians of {Load.Rounds} rounds:
          {PerSecond:N0} members/s: {OfPlainLoop:N2} times the plain loop, {OfCopy:P0} of a bare COPY over one connection, {OfCopyBy4:P0} of one over four.
          CPU seconds for a million members: {string.Join(", ", CpuSecondsPerMillion.Select(kind => string.Create(CultureInfo.InvariantCulture, $"{kind.Key} {kind.Value:N1}")))}; together {CpuSecondsPerMillion.Values.Sum():N1}.
          For each member: {WalBytesPerMember:N0} bytes of PostgreSQL's log, {MessagesPerMember:N4} messages, {WhopCallsPerMember:N4} calls to Whop.
          Most memory at once: {string.Join(", ", PeakMemoryMb.Select(service => $"{service.Key} {service.Value} MB"))}.
          Jobs that were not exact: {Failures}.
        """);
}
