namespace BatchBus.Cli.Bench;

/// <summary>How long a number of things took, in milliseconds. A percentile is the smallest value that so many are not above (nearest rank).</summary>
sealed record Latencies(double Median, double P95, double P99, double Max)
{
    public static Latencies Of(IEnumerable<TimeSpan> times)
    {
        var sorted = times.Select(time => time.TotalMilliseconds).Order().ToArray();
        if (sorted.Length == 0) throw new CliException("Nothing was measured.");
        return new Latencies(Rank(sorted, 0.5), Rank(sorted, 0.95), Rank(sorted, 0.99), Math.Round(sorted[^1], 1));
    }

    public override string ToString() => $"median {Median:N1} ms, p95 {P95:N1} ms, p99 {P99:N1} ms, longest {Max:N1} ms";

    static double Rank(double[] sorted, double share) => Math.Round(sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)], 1);
}
