using BatchBus.Api.Access;
using BatchBus.Api.Audiences;
using BatchBus.Api.Data;
using Npgsql;

namespace BatchBus.Tests.Servers.Retention;

public sealed class EarlierMembersTests : RetentionDatabase
{
    [Fact]
    public async Task An_audience_goes_on_counting_the_members_of_jobs_that_have_gone()
    {
        var job = await Ended("completed", days: 91);
        await _database.Execute("UPDATE batch_processing_progress SET members_fetched = 300, inserted = 300 WHERE job_id = $1", job.JobId);
        await _database.Execute("""
            WITH job AS (
                INSERT INTO batch_processing_queue (owner_id, audience_id, connection_id, status, completed_at)
                SELECT $1, $2, $3, 'completed', now() - days * interval '1 day' FROM unnest(ARRAY[92, 1]) AS days RETURNING id
            )
            INSERT INTO batch_processing_progress (job_id, pages_ingested, members_fetched, inserted) SELECT id, 1, 70, 70 FROM job
            """, job.OwnerId, job.AudienceId, job.ConnectionId);
        Assert.Equal(440, await Members(job));
        Assert.Equal(2, Rows(await Sweep(), "batch_processing_queue"));
        Assert.Equal(440, await Members(job));
    }

    [Fact]
    public async Task An_audience_remembers_when_jobs_that_have_gone_read_it()
    {
        var job = await Ended("completed", days: 91);
        await _database.Execute("UPDATE batch_processing_queue SET started_at = '2026-01-01Z' WHERE id = $1", job.JobId);
        await _database.Execute("""
            INSERT INTO batch_processing_queue (owner_id, audience_id, connection_id, status, started_at, completed_at, error_code, error_message)
            VALUES ($1, $2, $3, 'completed', '2025-12-01Z', now() - interval '92 days', NULL, NULL),
                   ($1, $2, $3, 'failed', '2026-02-01Z', now() - interval '92 days', 'x', 'y')
            """, job.OwnerId, job.AudienceId, job.ConnectionId);
        Assert.Equal(3, Rows(await Sweep(), "batch_processing_queue"));
        Assert.Equal(new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc), await _database.Scalar<DateTime>("SELECT earlier_read_at FROM audiences"));
    }

    [Fact]
    public async Task A_job_whose_audience_is_being_deleted_is_left_to_that()
    {
        var going = await Ended("completed", days: 91, pages: 0);
        await Ended("completed", days: 91, pages: 0);
        await using var deletion = await _source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await deletion.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var take = new NpgsqlCommand("SELECT FROM audiences WHERE id = $1 FOR UPDATE", deletion) { Parameters = { new() { Value = going.AudienceId } } };
        await take.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        Assert.Equal([new("batch_processing_queue", 1)], await Sweep());
        Assert.Equal([going.JobId], await _database.Column<Guid>("SELECT id FROM batch_processing_queue"));
    }

    /// <summary>The members of the job's audience, as its owner is told.</summary>
    async Task<long> Members(SeededJob job)
    {
        await using var context = Context();
        var audience = await new AudienceQueries(new UserView(context)).Find(new Caller(job.OwnerId, Caller.Authenticated), job.AudienceId, TestContext.Current.CancellationToken);
        return audience!.Members;
    }
}
