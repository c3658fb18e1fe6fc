using System.Net.Http.Json;
using System.Text.RegularExpressions;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Tracing;

/// <summary>Three services after some work, good and bad, so that everything that is ever counted has been.</summary>
public sealed class WorkedStack : IAsyncLifetime
{
    RunningStack _stack = null!;

    public PrometheusPage Page { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _stack = await RunningStack.Start(0, 1, ("Admission__StallTimeout", "00:00:01"), ("Fetcher__SliceTime", "00:00:01"), ("Gauges__Every", "00:00:01"));
        var app = _stack.App();
        var job = await app.CreateBatchList("biz_metrics_1000");
        await Eventually.True(() => _stack.Database.Scalar<bool>("SELECT drives > 0 FROM batch_processing_queue WHERE id = $1", job.Id), "the job to be driven on");
        await _stack.Begin("Fetcher").Ready();
        await job.Becomes("completed");
        foreach (var (kind, times) in new Dictionary<string, int?> { ["connection_reset"] = 1, ["unauthorized"] = null })
        {
            using var set = await _stack.Simulator.PostAsJsonAsync("/_sim/faults", new { kind, companyId = "biz_broken_1000", fromPage = 2, count = times }, TestContext.Current.CancellationToken);
            set.EnsureSuccessStatusCode();
        }
        await (await app.CreateBatchList("biz_broken_1000")).Becomes("failed");
        // The failure is counted after its commit.
        await Eventually.True(async () => (Page = await PrometheusPage.Read(_stack)).Labels("batchbus_jobs_ended_total")?.Contains("error_type") == true, "the failure to be counted");
    }

    public ValueTask DisposeAsync() => _stack.DisposeAsync();
}

public sealed class MetricTests(WorkedStack stack) : IClassFixture<WorkedStack>
{
    // Of Prometheus itself.
    static readonly string[] Own = ["job", "instance", "le"];

    [Fact]
    public void Every_own_metric_is_documented_with_its_kind_and_labels_and_nothing_else_is()
    {
        var shown = stack.Page.Kinds.Where(metric => metric.Key.StartsWith("batchbus_", StringComparison.Ordinal))
            .Select(metric => $"{metric.Key}: {metric.Value} {string.Join(", ", Labels(metric.Key).Order())}");
        var documented = MonitoringFiles.Documented().Select(metric => $"{metric.Prometheus}: {metric.Kind} {string.Join(", ", metric.Labels.Select(Prometheus).Order())}");
        Assert.Equal(documented.Order(), shown.Order());
        Assert.All(MonitoringFiles.Documented(), metric => Assert.StartsWith(Prometheus(metric.Name), metric.Prometheus, StringComparison.Ordinal));
    }

    [Fact]
    public void What_the_dashboard_asks_for_is_there()
    {
        var queries = MonitoringFiles.Queries();
        Assert.NotEmpty(queries);
        Assert.Empty(queries.SelectMany(query => Wrong(query.Expression, Regex.Matches(query.Legend, @"\{\{(\w+)\}\}")).Select(wrong => $"{query.Panel}: {wrong}")));
    }

    [Fact]
    public void What_the_alerts_ask_for_is_there_and_each_has_a_severity_a_summary_and_a_runbook()
    {
        var alerts = MonitoringFiles.Alerts();
        Assert.NotEmpty(alerts);
        Assert.Empty(alerts.SelectMany(alert => Wrong(alert.Expression, Regex.Matches(alert.Summary, @"\$labels\.(\w+)")).Select(wrong => $"{alert.Name}: {wrong}")));
        Assert.All(alerts, alert => Assert.Contains(alert.Severity, (string[])["critical", "warning"]));
        Assert.All(alerts, alert => Assert.EndsWith(".", alert.Summary, StringComparison.Ordinal));
        Assert.All(alerts, alert => Assert.Equal($"docs/runbooks.md#{alert.Name.ToLowerInvariant()}", alert.Runbook));
        Assert.Equal(alerts.Select(alert => alert.Name.ToLowerInvariant()), MonitoringFiles.Runbooks());
    }

    IEnumerable<string> Wrong(string expression, IEnumerable<Match> shown)
    {
        var query = new PromQl(expression);
        var known = query.Series.SelectMany(series => stack.Page.Labels(series.Series) ?? new HashSet<string>()).Concat(Own).ToHashSet();
        return
        [
            .. query.Series.Where(series => series.Series != "up" && stack.Page.Labels(series.Series) is null).Select(series => $"no metric {series.Series}"),
            .. query.Series.SelectMany(series => series.Labels.Except((stack.Page.Labels(series.Series) ?? new HashSet<string>()).Concat(Own)).Select(label => $"no label {label} of {series.Series}")),
            .. query.Groups.Except(known).Select(label => $"no label {label} to group by"),
            .. shown.Select(match => match.Groups[1].Value).Except(query.Groups.Concat(Own)).Select(label => $"{label} is shown and not grouped by"),
        ];
    }

    IEnumerable<string> Labels(string metric) => (stack.Page.Labels(metric) ?? stack.Page.Labels($"{metric}_bucket"))!.Except(Own);

    static string Prometheus(string name) => name.Replace('.', '_');
}
