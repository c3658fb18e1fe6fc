using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Retention;

public sealed class RetentionServiceTests
{
    [Fact]
    public async Task The_Api_deletes_what_is_older_than_its_settings_say_when_it_starts()
    {
        await using var stack = await RunningStack.Start(0, 0, ("Retention__PageLedger", "3.00:00:00"), ("Retention__Inbox", "02:00:00"));
        foreach (var days in new[] { 2, 4 })
        {
            var job = await SeededJob.Insert(stack.Database, "paused");
            await stack.Database.Execute("UPDATE batch_processing_queue SET status = 'completed', completed_at = now() - $2 * interval '1 day' WHERE id = $1", job.JobId, days);
            await stack.Database.Execute("INSERT INTO batch_processing_pages (job_id, page_number, members, is_last) VALUES ($1, $2, 1, true)", job.JobId, days);
        }
        await stack.Database.Execute("INSERT INTO inbox (message_id, consumer_id, received_at) SELECT gen_random_uuid(), gen_random_uuid(), now() - n * interval '1 minute' FROM unnest(ARRAY[90, 150]) n");

        await stack.Begin("Api").Ready();
        await Eventually.True(async () => await stack.Database.Scalar<long>("SELECT count(*) FROM batch_processing_pages") == 1, "the old ledger to go");
        await Eventually.True(async () => await stack.Database.Scalar<long>("SELECT count(*) FROM inbox") == 1, "the old rows of the inbox to go");
        Assert.Equal(2, await stack.Database.Scalar<int>("SELECT page_number FROM batch_processing_pages"));
        Assert.InRange(await stack.Database.Scalar<double>("SELECT extract(epoch FROM now() - received_at)::float8 / 60 FROM inbox"), 90, 149);
        await Eventually.True(() => Task.FromResult(stack.Logs.Any(line => line.Contains("Deleted 1 old rows of batch_processing_pages", StringComparison.Ordinal))), "a line in the log");
    }
}
