using System.Globalization;

namespace BatchBus.Cli.Chaos;

/// <summary>Sums up the rounds.</summary>
static class ChaosReport
{
    public static IEnumerable<string> Of(IReadOnlyList<RoundResult> rounds, ChaosOptions options)
    {
        var recoveries = rounds.SelectMany(round => round.Recoveries).Order().ToArray();
        var (pages, twice) = (rounds.Sum(round => round.Pages), rounds.Sum(round => round.PagesTwice));
        yield return "";
        yield return Text($"{rounds.Count} rounds of {options.Jobs} jobs, {pages:N0} pages; seeds {options.Seed} to {options.Seed + rounds.Count - 1}.");
        yield return $"Strikes: {string.Join(", ", Counted(rounds))}.";
        yield return recoveries.Length == 0 ? "No recovery was measured."
            : Text($"Pages were stored again after the last restart: median {recoveries[recoveries.Length / 2].TotalSeconds:0.0} s, longest {recoveries[^1].TotalSeconds:0.0} s ({recoveries.Length} times).");
        yield return Text($"Pages fetched twice: {twice:N0}, {100.0 * twice / Math.Max(1, pages):0.0} %. Failures that were asked for, and mended by a retry: {rounds.Sum(round => round.FailedAsAsked)}.");
        var bad = rounds.Where(round => round.Problems.Count > 0).ToArray();
        yield return bad.Length == 0 ? "Every audience is exact, every count adds up, nothing is left over."
            : $"{bad.Length} rounds were not right: seeds {string.Join(", ", bad.Select(round => round.Seed))}.";
    }

    static IEnumerable<string> Counted(IReadOnlyList<RoundResult> rounds) =>
        rounds.SelectMany(round => round.Strikes).GroupBy(strike => strike.ToString()).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => Text($"{group.Key} {group.Count()}"));

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
