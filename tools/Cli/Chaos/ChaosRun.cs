using System.Globalization;
using BatchBus.Cli.Stack;

namespace BatchBus.Cli.Chaos;

/// <summary>Kills anything at any time, round after round, and compares what is left with what should be.</summary>
sealed class ChaosRun(Checkout checkout, Instance instance, ChaosOptions options, Action<string> say)
{
    /// <summary>A pace at which a round's reading lasts as long as its strikes: four pages a second and company.</summary>
    const int RequestsPerMinute = 240;

    /// <summary>Short waits, so that a round is over in a minute; what is waited for is the same.</summary>
    static readonly Dictionary<string, string> Settings = new()
    {
        ["Whop__AttemptTimeout"] = "00:00:03",
        ["Jobs__FirstBackOff"] = "00:00:00.5",
        ["Jobs__LongestBackOff"] = "00:00:05",
    };

    static readonly PrivateStackOptions Wanted = new(Apis: 2, Fetchers: 2, Ingesters: 2, RequestsPerMinute) { Settings = Settings };

    /// <returns>What did not hold; empty when everything did.</returns>
    public async Task<IReadOnlyList<string>> Run(CancellationToken ct)
    {
        var results = new List<RoundResult>();
        await using var stack = await PrivateStack.Start(checkout, instance, Wanted, ct);
        say($"Running on private servers: {string.Join(", ", Wanted.ServiceNames)}. Seeds {options.Seed} to {options.Seed + options.Rounds - 1}.");
        for (var number = 0; number < options.Rounds; number++)
        {
            var round = new ChaosRound(stack, options, number);
            var result = await round.Run(ct);
            results.Add(result);
            say($"{round}: {Story(result)}");
            foreach (var note in result.Notes) say($"  Note: {note}");
            foreach (var problem in result.Problems) say($"  Wrong: {problem}");
        }
        foreach (var line in ChaosReport.Of(results, options)) say(line);
        return [.. results.SelectMany(result => result.Problems.Select(problem => $"Seed {result.Seed}: {problem}"))];
    }

    static string Story(RoundResult result) => string.Create(CultureInfo.InvariantCulture,
        $"{(result.Problems.Count == 0 ? "exact" : "NOT EXACT")} after {result.Took.TotalSeconds:0} s; {string.Join(", ", result.Strikes.OrderBy(s => s.At))}; "
        + $"{result.Pages} pages, {result.PagesTwice} twice; {result.FailedAsAsked} failures asked for.");
}
