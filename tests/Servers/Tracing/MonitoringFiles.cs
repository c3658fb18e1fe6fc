using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using BatchBus.Cli;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace BatchBus.Tests.Servers.Tracing;

/// <summary>An alert of <c>deploy/prometheus/rules.yml</c>.</summary>
public sealed record Alert(string Name, string Expression, string Severity, string Summary, string Runbook);

/// <summary>A metric in the table of <c>docs/telemetry.md</c>.</summary>
public sealed record DocumentedMetric(string Name, string Prometheus, string Kind, IReadOnlyList<string> Labels);

/// <summary>What the repository has for those who watch BatchBus.</summary>
public static partial class MonitoringFiles
{
    static readonly string Root = Checkout.Find().Root;

    // Strict: what it does not know is an error.
    static readonly IDeserializer Rules = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).WithEnforceRequiredMembers().Build();

    public static IReadOnlyList<Alert> Alerts() =>
    [
        .. from rule in Rules.Deserialize<RuleFile>(Read("deploy/prometheus/rules.yml")).Groups.SelectMany(part => part.Rules)
           select new Alert(rule.Alert, rule.Expr, rule.Labels["severity"], rule.Annotations["summary"], rule.Annotations["runbook_url"]),
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

    static IEnumerable<string> Code(string cell) => Quoted().Matches(cell).Select(quoted => quoted.Groups[1].Value);

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    // As Prometheus writes them: https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
    sealed record RuleFile
    {
        public required List<RuleGroup> Groups { get; init; }
    }

    sealed record RuleGroup
    {
        public required string Name { get; init; }
        public required List<Rule> Rules { get; init; }
    }

    sealed record Rule
    {
        public required string Alert { get; init; }
        public required string Expr { get; init; }
        public required string For { get; init; }
        public required Dictionary<string, string> Labels { get; init; }
        public required Dictionary<string, string> Annotations { get; init; }
    }
}
