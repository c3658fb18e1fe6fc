namespace BatchBus.Cli.Bench;

static class Median
{
    /// <summary>The middle one; of an even number, the mean of the two in the middle.</summary>
    public static double Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        if (sorted.Length == 0) throw new CliException("Nothing was measured.");
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
