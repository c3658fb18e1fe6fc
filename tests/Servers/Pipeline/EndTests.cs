using System.Net.Http.Json;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Pipeline;

/// <summary>How jobs end that do not end well.</summary>
public sealed class EndTests
{
    [Fact]
    public async Task A_failed_and_a_paused_job_tell_the_truth_about_what_is_stored()
    {
        await using var stack = await RunningStack.Start(1, 1, ("Whop__RequestsPerMinute", "3000"));
        var app = stack.App();
        await stack.Simulator.PostAsJsonAsync("/_sim/faults", new { kind = "unauthorized", companyId = "biz_truth_5000", fromPage = 18 }, TestContext.Current.CancellationToken);
        var failing = await app.CreateBatchList("biz_truth_5000");
        var paused = await app.CreateBatchList("biz_paused_60000");
        await paused.Stored(pages: 5);
        using var answer = await app.Post($"/api/jobs/{paused.Id}/pause", "");
        await paused.Becomes("paused");
        await failing.Becomes("failed");
        await Eventually.True(async () => (await failing.Read())["progress"]!["pagesIngested"]!.GetValue<int>() == 17, "all pages before the failure to count");
        await stack.SagaAgreesWithProgress();
    }

    [Fact]
    public async Task A_job_whose_connection_was_deleted_is_cancelled_and_says_so()
    {
        await using var stack = await RunningStack.Start(fetchers: 0, ingests: 0);
        var app = stack.App();
        var connection = await app.Connect("biz_deleted_500");
        await stack.Database.Execute("UPDATE whop_connections SET api_key_ciphertext = NULL, deleted_at = now() WHERE id = $1", connection);
        var audience = await stack.Database.Scalar<Guid>(
            "INSERT INTO audiences (owner_id, connection_id, name) VALUES ($1, $2, 'race') RETURNING id", app.User, connection);
        var id = await stack.Database.Scalar<Guid>(
            "INSERT INTO batch_processing_queue (owner_id, audience_id, connection_id) VALUES ($1, $2, $3) RETURNING id", app.User, audience, connection);
        var cancelled = await new TestJob(app, stack, id, audience, "biz_deleted_500").Becomes("cancelled");
        Assert.Equal("connection_deleted", cancelled["error"]!["code"]!.GetValue<string>());
        await stack.QueuesAreEmpty(); // and no slice is among them
    }

    [Fact]
    public async Task A_list_without_any_email_names_the_missing_scope_and_a_retry_reads_it_whole()
    {
        await using var stack = await RunningStack.Start();
        // Few enough for one short page, which alone proves nothing; at the end of the company it does.
        const string company = "biz_withheld_45";
        var app = stack.App();
        var connection = await app.Connect(company); // the key is checked before the e-mails are withdrawn
        await stack.Simulator.PostAsJsonAsync("/_sim/faults", new { kind = "emails_withdrawn", companyId = company }, TestContext.Current.CancellationToken);
        var job = await app.CreateBatchList(connection, company);
        var failed = await job.Becomes("failed");
        Assert.Equal("whop_emails_withheld", failed["error"]!["code"]!.GetValue<string>());
        Assert.Contains("member:email:read", failed["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);

        await stack.Simulator.DeleteAsync(new Uri("/_sim/faults", UriKind.Relative), TestContext.Current.CancellationToken);
        using var answer = await stack.App(job.Owner).Post($"/api/jobs/{job.Id}/retry", "");
        await Eventually.True(async () => (await job.Read())["status"]!.GetValue<string>() != "failed", "the job to start again");
        await job.Becomes("completed");
        await job.IsExact();
        await stack.SagaAgreesWithProgress();
    }
}
