using System.Globalization;

namespace BatchBus.Cli.Bench;

/// <summary>The middle, the least and the most of a few measurements.</summary>
sealed record Spread(double Median, double Min, double Max)
{
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        if (sorted.Length == 0) throw new CliException("Nothing was measured.");
        return new Spread((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted[0], sorted[^1]);
    }

    public string In(string unit) => string.Create(CultureInfo.InvariantCulture, $"median {Median:N0} {unit}, least {Min:N0} {unit}, most {Max:N0} {unit}");
}
