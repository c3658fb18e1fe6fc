using System.Text.RegularExpressions;
using BatchBus.Tests.Servers.Connections;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Tracing;

/// <summary>What a collector receives from the three services, as processes of their own, over real OTLP.</summary>
public sealed partial class TraceTests
{
    // 3,000 spans for 50,000 members, which are 500 pages.
    const int SpansPerPage = 6;

    [Fact]
    public async Task A_job_is_one_trace_from_the_request_to_its_end_even_if_each_page_is_a_batch_of_its_own()
    {
        const string company = "biz_traced_12000";
        await using var collector = await OtlpListener.Start();
        await using var stack = await RunningStack.Start(1, 1, [.. collector.Settings, ("Ingest__PagesPerBatch", "1")]);
        var job = await stack.App().CreateBatchList(company);
        await job.Becomes("completed");
        var trace = await collector.Whole(job, pages: 120);
        TestContext.Current.TestOutputHelper?.WriteLine(JobSpansOf.Outline(trace));

        Assert.Equal("POST /api/batch-lists/", Assert.Single(trace, span => span.ParentId.Length == 0).Name);
        Assert.InRange(trace.Count, 120, 120 * SpansPerPage);
        Assert.Equal(["batchbus-api", "batchbus-fetcher", "batchbus-ingest"], trace.Select(span => span.Service).Distinct().Order());
        // The delivery knows messages only, and the request looks its connection up before there is a job.
        var others = trace.Where(span => span.Name is "outbox deliver" || span.ParentId.Length == 0).Select(span => span.Id).ToHashSet();
        Assert.All(trace.Where(span => span.Name != "outbox deliver" && !others.Contains(span.ParentId)),
            span => Assert.Equal(job.Id.ToString(), span.Tags.GetValueOrDefault("batchbus.job.id")));
        Assert.All(trace.Where(span => span.Name is "GET" or "fetch-members receive" or "POST /api/batch-lists/"),
            span => Assert.Equal(company, span.Tags.GetValueOrDefault("batchbus.company.id")));
        foreach (var (source, name) in Kinds) Assert.Contains(trace, span => span.Source == source && span.Name.StartsWith(name, StringComparison.Ordinal));
        Assert.Contains(trace, span => span.Events.Contains("Pending → Processing"));
    }

    // Request, saga transitions, slices, pages, batches, SQL.
    static (string Source, string Name)[] Kinds =>
    [
        ("Microsoft.AspNetCore", "POST"), ("MassTransit", "outbox send"), ("MassTransit.Postgres", "outbox deliver"), ("BatchBus", "StartJob"), ("MassTransit", "batch-jobs receive"),
        ("MassTransit", "fetch-members receive"), ("System.Net.Http", "GET"), ("MassTransit", "member-pages receive"), ("BatchBus", "store pages"), ("Npgsql", ""),
    ];

    [Fact]
    public async Task Jobs_that_share_batches_are_each_one_trace()
    {
        await using var collector = await OtlpListener.Start();
        await using var stack = await RunningStack.Start(1, 1, [.. collector.Settings, ("Ingest__BatchWait", "00:00:00.300"), ("Ingest__ConcurrentBatches", "1"), ("Whop__RequestsPerMinute", "600")]);
        var app = stack.App();
        var jobs = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => app.CreateBatchList($"biz_shared{i}_3000")));
        foreach (var job in jobs) await job.Becomes("completed");
        var traces = new List<IReadOnlyList<OtlpSpan>>();
        foreach (var job in jobs) traces.Add(await collector.Whole(job, pages: 30));

        Assert.Equal(3, traces.Select(trace => trace[0].TraceId).Distinct().Count());
        Assert.All(traces, trace => Assert.Single(trace, span => span.ParentId.Length == 0));
        // They did share some: a span of one job is linked to the span that did the work, in another job's trace.
        Assert.Contains(traces.SelectMany(trace => trace), span => span.Name == "store pages" && span.Links.Any(link => link.TraceId != span.TraceId));
    }

    [Fact]
    public async Task A_job_stays_in_its_trace_when_it_is_paused_and_resumed_and_when_messages_come_late()
    {
        await using var collector = await OtlpListener.Start();
        await using var stack = await RunningStack.Start(1, 1, [.. collector.Settings, ("Whop__RequestsPerMinute", "3000")]);
        var app = stack.App();
        // Long enough that on a slow machine, too, there are pages left when it is paused.
        var job = await app.CreateBatchList("biz_resumed_20000");
        await job.Stored(pages: 5);
        var traceId = (await job.Read())["traceId"]!.GetValue<string>();
        await TestApp.Json(await app.Post($"/api/jobs/{job.Id}/pause", new { }));
        await job.Becomes("paused");
        // Pages take the third ring of retries.
        await stack.Database.Execute("""
            CREATE FUNCTION not_now() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = '40001'; END $$;
            CREATE TRIGGER not_now BEFORE INSERT ON batch_processing_pages FOR EACH ROW EXECUTE FUNCTION not_now()
            """);
        await TestApp.Json(await app.Post($"/api/jobs/{job.Id}/resume", new { }));
        await Eventually.True(stack.MessagesAreDelayed, "pages to be delayed");
        await stack.Database.Execute("DROP TRIGGER not_now ON batch_processing_pages");
        await job.Becomes("completed");

        var trace = await collector.Whole(job, pages: 200);
        Assert.Equal(traceId, trace[0].TraceId);
        Assert.Single(trace, span => span.ParentId.Length == 0);
        Assert.Contains(trace, span => span.Name.StartsWith("delay.", StringComparison.Ordinal));
        foreach (var command in (string[])["PauseJob", "ResumeJob"]) Assert.Single(trace, span => span.Name == command && span.Links.Count == 1);
    }

    [Fact]
    public async Task A_row_inserted_with_SQL_gets_a_trace_with_its_start()
    {
        await using var collector = await OtlpListener.Start();
        await using var stack = await RunningStack.Start(1, 1, collector.Settings);
        var app = stack.App();
        var connection = await app.Connect("biz_bysql_500");
        var (audience, id) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await stack.Database.Execute("INSERT INTO audiences (id, owner_id, connection_id, name) VALUES ($1, $2, $3, 'by SQL')", audience, app.User, connection);
        await stack.Database.Execute("INSERT INTO batch_processing_queue (id, owner_id, audience_id, connection_id) VALUES ($1, $2, $3, $4)", id, app.User, audience, connection);
        var job = new TestJob(app, stack, id, audience, "biz_bysql_500");
        await job.Becomes("completed");

        var trace = await collector.Whole(job, pages: 5);
        Assert.Equal("StartJob", Assert.Single(trace, span => span.ParentId.Length == 0).Name);
    }

    [Fact]
    public async Task Nothing_but_requests_and_jobs_begins_a_trace_and_nothing_tells_an_email_or_a_key()
    {
        await using var collector = await OtlpListener.Start();
        await using var stack = await RunningStack.Start(1, 1, [.. collector.Settings, ("Stats__Every", "00:00:01"), ("Gauges__Every", "00:00:01"), ("Admission__Tick", "00:00:00.100")]);
        var app = stack.App();
        var job = await app.CreateBatchList("biz_quiet_3000");
        await job.Becomes("completed");
        var trace = await collector.Whole(job, pages: 30);
        var members = await TestApp.Json(await app.Get($"/api/audiences/{job.AudienceId}/members?limit=5"));
        var email = members["items"]![0]!["email"]!.GetValue<string>();
        await TestApp.Json(await app.Get($"/api/audiences/{job.AudienceId}/members?after={Uri.EscapeDataString(email)}&prefix={Uri.EscapeDataString(email)}"));
        await Eventually.True(() => Task.FromResult(collector.Spans().Count(span => span.Name == "GET /api/audiences/{id:guid}/members") == 2), "the requests to be told");

        await Eventually.True(() => Task.FromResult(Lines().Count == 2 && stack.Logs.Any(IsEnd)), "the lines to be told");

        var roots = collector.Spans().Where(span => span.ParentId.Length == 0).Select(span => span.Name).Distinct().Order().ToList();
        Assert.All(roots, root => Assert.Matches("^(GET|POST) /api/", root));
        Assert.Equal(["Job Pending → Processing", "Job Processing → Completed"], Lines().Select(line => line.Text));
        Assert.All(Lines(), line => Assert.Equal(trace[0].TraceId, line.TraceId));

        List<OtlpLog> Lines() => [.. collector.Logs().Where(log => log.Tags.GetValueOrDefault("batchbus.job.id") == job.Id.ToString())];

        bool IsEnd(string line) => line.EndsWith($"Job Processing → Completed job={job.Id} trace={trace[0].TraceId}", StringComparison.Ordinal);

        string[] everything = [.. ((string[])["traces", "metrics", "logs"]).SelectMany(collector.Of)];
        Assert.DoesNotContain(everything, body => body.Contains("sim_biz_", StringComparison.OrdinalIgnoreCase));
        Assert.Empty(everything.SelectMany(body => Emails().Matches(body).Select(match => match.Value)));
    }

    // Also as it stands in an address. The bodies are binary: what is shorter than any address, or not ASCII, is chance.
    [GeneratedRegex("[A-Za-z0-9_.+-]{2,}(@|%40)[A-Za-z0-9_-]{4,}\\.[A-Za-z]{2,}")]
    private static partial Regex Emails();
}
