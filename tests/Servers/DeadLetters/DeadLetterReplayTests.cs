using System.Net;
using System.Text;
using BatchBus.Tests.Servers.Stack;
using RabbitMQ.Client;

namespace BatchBus.Tests.Servers.DeadLetters;

public sealed class DeadLetterReplayTests(DeadLetterFixture fixture) : IClassFixture<DeadLetterFixture>, IAsyncLifetime
{
    const string Dead = "fetch-members_error", Source = "fetch-members";

    readonly Operator _operator = new(fixture.Stack);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        // Of the one test that makes a queue refuse; the others have none.
        await fixture.Stack.Broker.EndLimit();
        await fixture.Queues.Drain(Dead);
        await fixture.Queues.Drain(Source);
    }

    [Fact]
    public async Task A_replayed_message_is_as_it_was_before_it_died()
    {
        var dead = new DeadMessage { Priority = 8 };
        await fixture.Queues.Add(Dead, dead);
        Assert.Equal((1, 0), await _operator.Replay(Dead, new { all = true }));

        var message = Assert.Single(await fixture.Queues.Drain(Source));
        var properties = message.BasicProperties;
        Assert.Equal((dead.Id.ToString(), (byte)8, true, "kept"), (properties.MessageId, properties.Priority, properties.Persistent, properties.CorrelationId));
        // The last is the client's own, for its confirms.
        Assert.Equal(["BatchBus-Replay", "Content-Type", "MT-Activity-Id", "x-dotnet-pub-seq-no"], properties.Headers!.Keys.Order());
        Assert.Equal(Encoding.UTF8.GetString(dead.Body()).Replace("\"MT-Redelivery-Count\":37,", "", StringComparison.Ordinal).Replace("\n ", "", StringComparison.Ordinal),
            Encoding.UTF8.GetString(message.Body.Span));
        Assert.Empty(await fixture.Queues.Drain(Dead));
    }

    [Fact]
    public async Task Those_that_died_of_something_else_keep_their_places()
    {
        DeadMessage[] messages = [.. Enumerable.Range(0, 12).Select(i => new DeadMessage { Exception = i % 3 == 0 ? DeadMessage.Bug : DeadMessage.Timeout })];
        await fixture.Queues.Add(Dead, messages);
        Assert.Equal((4, 8), await _operator.Replay(Dead, new { exceptionType = "InvalidOperationException" }));
        Assert.Equal(Ids(messages.Where(m => m.Exception == DeadMessage.Bug)), Ids(await fixture.Queues.Drain(Source)));
        Assert.Equal(Ids(messages.Where(m => m.Exception == DeadMessage.Timeout)), Ids(await fixture.Queues.Drain(Dead)));
    }

    [Fact]
    public async Task Messages_are_chosen_by_their_ids()
    {
        DeadMessage[] messages = [.. Enumerable.Range(0, 5).Select(_ => new DeadMessage())];
        await fixture.Queues.Add(Dead, messages);
        Assert.Equal((2, 3), await _operator.Replay(Dead, new { messageIds = new[] { messages[1].Id, messages[3].Id } }));
        Assert.Equal(Ids([messages[1], messages[3]]), Ids(await fixture.Queues.Drain(Source)));
        Assert.Equal(Ids([messages[0], messages[2], messages[4]]), Ids(await fixture.Queues.Drain(Dead)));
    }

    [Fact]
    public async Task A_limit_holds()
    {
        DeadMessage[] messages = [.. Enumerable.Range(0, 9).Select(_ => new DeadMessage())];
        await fixture.Queues.Add(Dead, messages);
        Assert.Equal((4, 5), await _operator.Replay(Dead, new { all = true, limit = 4 }));
        Assert.Equal(Ids(messages[..4]), Ids(await fixture.Queues.Drain(Source)));
        Assert.Equal(Ids(messages[4..]), Ids(await fixture.Queues.Drain(Dead)));
    }

    [Fact]
    public async Task A_discarded_message_is_gone_and_the_others_are_not()
    {
        DeadMessage[] messages = [new(), new() { Exception = DeadMessage.Bug }, new()];
        await fixture.Queues.Add(Dead, messages);
        var answer = await TestApp.Json(await _operator.Send(HttpMethod.Post, $"/{Dead}/discard", new { exceptionType = DeadMessage.Timeout }));
        Assert.Equal((2, 1), (answer["discarded"]!.GetValue<int>(), answer["kept"]!.GetValue<int>()));
        Assert.Empty(await fixture.Queues.Drain(Source));
        Assert.Equal(Ids([messages[1]]), Ids(await fixture.Queues.Drain(Dead)));
    }

    [Fact]
    public async Task Of_two_replays_at_once_the_second_waits_or_is_told_so_and_each_message_is_moved_once()
    {
        DeadMessage[] messages = [.. Enumerable.Range(0, 1000).Select(_ => new DeadMessage())];
        await fixture.Queues.Add(Dead, messages);
        var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => _operator.Send(HttpMethod.Post, $"/{Dead}/replay", new { all = true })));
        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.All(answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Conflict, answer.ToString()));
        Assert.Equal(Ids(messages), Ids(await fixture.Queues.Drain(Source)));
    }

    [Fact]
    public async Task Nothing_is_lost_when_the_process_dies_in_the_middle_of_a_replay()
    {
        await using var stack = await RunningStack.Start(fetchers: 0, ingests: 0);
        await using var queues = await BrokerQueues.Open(stack.Broker.Uri);
        DeadMessage[] messages = [.. Enumerable.Range(0, 6000).Select(_ => new DeadMessage())];
        await queues.Add(Dead, messages);

        var replay = new Operator(stack).Send(HttpMethod.Post, $"/{Dead}/replay", new { all = true });
        await Eventually.True(async () => await queues.Count(Source) > 500, "the replay to be in the middle");
        await stack.Api.Kill();
        await Assert.ThrowsAsync<HttpRequestException>(() => replay);

        await Eventually.True(async () => await queues.Count(Source) + await queues.Count(Dead) >= messages.Length, "the broker to take back what was not acknowledged");
        var (replayed, dead) = (await queues.Drain(Source), await queues.Drain(Dead));
        Assert.NotEmpty(dead);
        Assert.Equal(Ids(messages).Order(), Ids(replayed).Union(Ids(dead)).Order());
        // What had been published and not yet acknowledged is there twice: at most what was under way.
        Assert.InRange(replayed.Count + dead.Count - messages.Length, 0, 50);
    }

    [Fact]
    public async Task A_message_that_its_queue_does_not_take_stays_where_it_is()
    {
        // From the third on the broker refuses, instead of confirming.
        await fixture.Stack.Broker.Limit(Source, 2);
        DeadMessage[] messages = [.. Enumerable.Range(0, 10).Select(_ => new DeadMessage())];
        await fixture.Queues.Add(Dead, messages);

        using var answer = await _operator.Send(HttpMethod.Post, $"/{Dead}/replay", new { all = true });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        var (replayed, dead) = (await fixture.Queues.Drain(Source), await fixture.Queues.Drain(Dead));
        Assert.Equal((2, 8), (replayed.Count, dead.Count));
        Assert.Equal(Ids(messages).Order(), Ids(replayed).Concat(Ids(dead)).Order());
    }

    [Fact]
    public async Task A_saga_message_that_was_rolled_back_is_handled_when_it_is_replayed()
    {
        var job = await SeededJob.Insert(fixture.Stack.Database);
        await fixture.Stack.Database.Execute("UPDATE batch_processing_queue SET stalls_at = now() + interval '1 hour' WHERE id = $1", job.JobId); // the watchdog's message would die, too
        await fixture.Stack.Database.Execute($$"""
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '22023'; END $$;
            CREATE TRIGGER refuse BEFORE UPDATE ON batch_processing_queue FOR EACH ROW WHEN (OLD.id = '{{job.JobId}}') EXECUTE FUNCTION refuse();
            """);
        using var told = await fixture.Stack.App(job.OwnerId).Post($"/api/jobs/{job.JobId}/pause", "");
        await Eventually.True(async () => await fixture.Queues.Count("batch-jobs_error") == 1, "the message to die");
        var group = (await _operator.Queue("batch-jobs_error"))["groups"]!.AsArray().Single()!;
        Assert.Equal(job.JobId, group["jobIds"]!.AsArray().Single()!.GetValue<Guid>());
        var id = group["messageIds"]!.AsArray().Single()!.GetValue<Guid>();
        Assert.Equal(0, await fixture.Stack.Database.Scalar<long>("SELECT count(*) FROM inbox WHERE message_id = $1", id));

        await fixture.Stack.Database.Execute("DROP FUNCTION refuse CASCADE");
        Assert.Equal((1, 0), await _operator.Replay("batch-jobs_error", new { messageIds = new[] { id } }));
        await Eventually.True(async () => await fixture.Stack.Database.Scalar<string>("SELECT status FROM batch_processing_queue WHERE id = $1", job.JobId) == "paused", "the job to be paused");
        Assert.Equal(1, await fixture.Stack.Database.Scalar<long>("SELECT count(*) FROM inbox WHERE message_id = $1", id));
    }

    static IEnumerable<string> Ids(IEnumerable<DeadMessage> messages) => messages.Select(m => m.Id.ToString());

    static IEnumerable<string> Ids(IEnumerable<BasicGetResult> messages) => messages.Select(m => m.BasicProperties.MessageId!);
}
