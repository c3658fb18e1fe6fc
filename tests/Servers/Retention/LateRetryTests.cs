using System.Net;
using BatchBus.Tests.Servers.Http;
using BatchBus.Tests.Servers.Stack;
using Npgsql;

namespace BatchBus.Tests.Servers.Retention;

public sealed class LateRetryTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("failed")]
    [InlineData("cancelled")]
    public async Task A_job_whose_ledger_is_gone_is_not_retried(string status)
    {
        var job = await Ended(status, fixture.Stack.Database);
        await fixture.Stack.Database.Execute("DELETE FROM batch_processing_pages WHERE job_id = $1 AND page_number = 3", job.JobId);
        using var answer = await fixture.Stack.App(job.OwnerId).Post($"/api/jobs/{job.JobId}/retry", "");
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains($"The job is {status}, and so long ago", text, StringComparison.Ordinal);
        Assert.Contains("Create a new batch list.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_retry_that_was_accepted_just_before_the_ledger_went_does_nothing()
    {
        // A stack of its own, whose inbox tells when this one message has been handled.
        await using var stack = await RunningStack.Start(fetchers: 0, ingests: 0);
        var job = await Ended("failed", stack.Database);
        // The message waits for the row, which the deletion holds.
        await using var connection = new NpgsqlConnection(stack.Database.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var deletion = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await Run(connection, "SELECT 1 FROM batch_processing_queue WHERE id = $1 FOR UPDATE", job.JobId);
        using var answer = await stack.App(job.OwnerId).Post($"/api/jobs/{job.JobId}/retry", "");
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await Run(connection, "DELETE FROM batch_processing_pages WHERE job_id = $1", job.JobId);
        await deletion.CommitAsync(TestContext.Current.CancellationToken);

        await Eventually.True(async () => await stack.Database.Scalar<long>("SELECT count(*) FROM inbox") == 1, "the message to be handled");
        Assert.Equal("failed 1", await stack.Database.Scalar<string>("SELECT status || ' ' || attempt FROM batch_processing_queue WHERE id = $1", job.JobId));
    }

    [Fact]
    public async Task A_job_with_its_ledger_is_retried()
    {
        var job = await Ended("failed", fixture.Stack.Database);
        using var answer = await fixture.Stack.App(job.OwnerId).Post($"/api/jobs/{job.JobId}/retry", "");
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await Eventually.True(async () => await fixture.Stack.Database.Scalar<int>("SELECT attempt FROM batch_processing_queue WHERE id = $1", job.JobId) == 2,
            "the job to start again");
    }

    static async Task Run(NpgsqlConnection connection, string sql, Guid job)
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = job } } };
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A job that ended after three pages.</summary>
    static async Task<SeededJob> Ended(string status, TestDatabase database)
    {
        var job = await SeededJob.Insert(database, "paused");
        await database.Execute("""
            UPDATE batch_processing_queue SET status = $2, completed_at = now(), error_code = 'x', error_message = 'y' WHERE id = $1
            """, job.JobId, status);
        await database.Execute("INSERT INTO batch_processing_pages (job_id, page_number, members, is_last) SELECT $1, n, 100, false FROM generate_series(1, 3) n", job.JobId);
        await database.Execute("INSERT INTO batch_processing_progress (job_id, pages_ingested) VALUES ($1, 3)", job.JobId);
        return job;
    }
}
