using System.Text.RegularExpressions;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Tracing;

/// <summary>What the services show at <c>/metrics</c>, in Prometheus' text format.</summary>
public sealed partial class PrometheusPage
{
    readonly Dictionary<string, string> _kinds = [];
    readonly Dictionary<string, HashSet<string>> _labels = [];

    /// <summary>The metrics, each with its kind: counter, gauge or histogram.</summary>
    public IReadOnlyDictionary<string, string> Kinds => _kinds;

    /// <summary>Reads the pages of all running services.</summary>
    public static async Task<PrometheusPage> Read(RunningStack stack)
    {
        var page = new PrometheusPage();
        foreach (var service in ((string[])["Api", "Fetcher", "Ingest"]).SelectMany(stack.Running))
        {
            using var http = new HttpClient { BaseAddress = service.Address };
            foreach (var line in (await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken)).Split('\n')) page.Add(line);
        }
        return page;
    }

    /// <summary>The labels of a series by its whole name, a histogram's <c>_bucket</c> for instance; null when there is none.</summary>
    public IReadOnlySet<string>? Labels(string series) => _labels.GetValueOrDefault(series);

    void Add(string line)
    {
        if (line.StartsWith("# TYPE ", StringComparison.Ordinal)) _kinds[line.Split(' ')[2]] = line.Split(' ')[3];
        if (Sample().Match(line) is not { Success: true } sample) return;
        if (!_labels.TryGetValue(sample.Groups[1].Value, out var labels)) _labels[sample.Groups[1].Value] = labels = [];
        labels.UnionWith(Label().Matches(sample.Groups[2].Value).Select(label => label.Groups[1].Value).Where(label => !label.StartsWith("otel_scope", StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"^([a-zA-Z_:]\w*)(?:\{(.*)\})? ")]
    private static partial Regex Sample();

    [GeneratedRegex("""(\w+)="(?:[^"\\]|\\.)*"[,]?""")]
    private static partial Regex Label();
}
