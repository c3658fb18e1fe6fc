using System.Text.RegularExpressions;

namespace BatchBus.Tests.Servers.Tracing;

/// <summary>As much of Prometheus' query language as tells which metrics and labels an expression uses.</summary>
public sealed partial class PromQl
{
    static readonly HashSet<string> Words =
    [
        "sum", "max", "min", "avg", "rate", "increase", "histogram_quantile", "absent", "by", "on", "and", "or", "unless", "le",
    ];

    /// <summary>Series, each with the labels that are asked of it.</summary>
    public IReadOnlyList<(string Series, IReadOnlyList<string> Labels)> Series { get; }

    /// <summary>What the results are grouped by.</summary>
    public IReadOnlyList<string> Groups { get; }

    public PromQl(string expression)
    {
        Groups = [.. By().Matches(expression).SelectMany(by => by.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
        var rest = Range().Replace(By().Replace(expression, " "), " ");
        Series =
        [
            .. Name().Matches(rest).Where(name => !Words.Contains(name.Groups[1].Value))
                .Select(name => (name.Groups[1].Value, (IReadOnlyList<string>)[.. Label().Matches(name.Groups[2].Value).Select(label => label.Groups[1].Value)])),
        ];
    }

    [GeneratedRegex(@"\b(?:by|on)\s*\(([^)]*)\)")]
    private static partial Regex By();

    [GeneratedRegex(@"\[[^\]]*\]")]
    private static partial Regex Range();

    [GeneratedRegex(@"(?<![\w.])([a-zA-Z_]\w*)\s*(?:\{([^}]*)\})?")]
    private static partial Regex Name();

    [GeneratedRegex("""(\w+)\s*(?:=~|!~|!=|=)\s*"[^"]*"[,]?""")]
    private static partial Regex Label();
}
