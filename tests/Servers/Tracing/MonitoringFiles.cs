using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using BatchBus.Cli;

namespace BatchBus.Tests.Servers.Tracing;

/// <summary>An alert of <c>deploy/prometheus/rules.yml</c>.</summary>
public sealed record Alert(string Name, string Expression, string Severity, string Summary, string Runbook);

/// <summary>A metric in the table of <c>docs/telemetry.md</c>.</summary>
public sealed record DocumentedMetric(string Name, string Prometheus, string Kind, IReadOnlyList<string> Labels);

/// <summary>What the repository has for those who watch BatchBus.</summary>
public static partial class MonitoringFiles
{
    static readonly string Root = Checkout.Find().Root;

    public static IReadOnlyList<Alert> Alerts() =>
    [
        .. Read("deploy/prometheus/rules.yml").Split("- alert: ").Skip(1).Select(text => new Alert(
            text.Split('\n')[0].Trim(), Expression().Match(text).Groups[1].Value, Field(text, "severity"), Field(text, "summary"), Field(text, "runbook_url"))),
    ];

    /// <summary>Title, expression and legend of each query of the dashboard.</summary>
    public static IReadOnlyList<(string Panel, string Expression, string Legend)> Queries() =>
    [
        .. from panel in JsonNode.Parse(Read("deploy/grafana/dashboards/batchbus.json"))!["panels"]!.AsArray()
           from target in panel!["targets"]?.AsArray() ?? []
           select (panel["title"]!.GetValue<string>(), target!["expr"]!.GetValue<string>(), target["legendFormat"]!.GetValue<string>()),
    ];

    public static IReadOnlyList<DocumentedMetric> Documented() =>
    [
        .. Read("docs/telemetry.md").Split('\n').Where(line => line.StartsWith("| `batchbus.", StringComparison.Ordinal)).Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Select(cells => new DocumentedMetric(Code(cells[1]).Single(), Code(cells[2]).Single(), cells[3], [.. Code(cells[5])])),
    ];

    /// <summary>The anchors of the runbooks' sections, as GitHub makes them.</summary>
    public static IReadOnlyList<string> Runbooks() => [.. Read("docs/runbooks.md").Split('\n').Where(line => line.StartsWith("## ", StringComparison.Ordinal))
        .Select(line => line[3..].Trim().ToLowerInvariant().Replace(' ', '-'))];

    static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    static string Field(string text, string name) =>
        Regex.Match(text, $$"""\b{{name}}: (?:"(?<value>[^"]+)"|(?<value>[^}\n]+))""").Groups["value"].Value.Trim();

    static IEnumerable<string> Code(string cell) => Quoted().Matches(cell).Select(quoted => quoted.Groups[1].Value);

    // On its line, or as a block that is indented below it.
    [GeneratedRegex(@"expr: (?:\|\n)?((?:.+\n)(?: {10}.+\n)*)")]
    private static partial Regex Expression();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}
