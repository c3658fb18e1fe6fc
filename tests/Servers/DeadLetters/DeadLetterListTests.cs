using System.Net;
using System.Text.Json.Nodes;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.DeadLetters;

public sealed class DeadLetterListTests(DeadLetterFixture fixture) : IClassFixture<DeadLetterFixture>
{
    static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    readonly Operator _operator = new(fixture.Stack);

    [Fact]
    public async Task The_list_says_how_many_died_of_what_and_when()
    {
        DeadMessage[] late = [.. Enumerable.Range(0, 3).Select(i => new DeadMessage { DiedAt = Noon.AddMinutes(i) })];
        var bug = new DeadMessage { Exception = DeadMessage.Bug, Says = "Never.", DiedAt = Noon.AddHours(-1) };
        await fixture.Queues.Add("fetch-members_error", [.. late, bug]);
        await fixture.Queues.Add("member-pages_skipped", new DeadMessage { Exception = null, Type = "Surprise", DiedAt = Noon });

        var queue = await _operator.Queue("fetch-members_error");
        Assert.Equal(("fetch-members", 4, 4, false), (Text(queue, "source"), Number(queue, "count"), Number(queue, "examined"), queue["isBusy"]!.GetValue<bool>()));
        Assert.Equal(Noon.AddHours(-1), queue["oldestAt"]!.GetValue<DateTimeOffset>());
        var groups = queue["groups"]!.AsArray();
        Assert.Equal([(DeadMessage.Timeout, "It took too long.", 3), (DeadMessage.Bug, "Never.", 1)],
            groups.Select(g => (Text(g!, "exceptionType"), Text(g!, "message"), Number(g!, "count"))));
        Assert.Equal((Noon, Noon.AddMinutes(2)), (groups[0]!["firstAt"]!.GetValue<DateTimeOffset>(), groups[0]!["lastAt"]!.GetValue<DateTimeOffset>()));
        Assert.Equal(late.Select(m => m.Job).Order(), groups[0]!["jobIds"]!.AsArray().Select(id => id!.GetValue<Guid>()).Order());
        Assert.Equal([bug.Id], groups[1]!["messageIds"]!.AsArray().Select(id => id!.GetValue<Guid>()));

        var skipped = (await _operator.Queue("member-pages_skipped"))["groups"]!.AsArray().Single()!;
        Assert.Null(skipped["exceptionType"]);
        Assert.Equal(("No consumer of the queue takes Surprise.", Noon), (Text(skipped, "message"), skipped["lastAt"]!.GetValue<DateTimeOffset>()));
        await fixture.Queues.Drain("fetch-members_error");
        await fixture.Queues.Drain("member-pages_skipped");
    }

    [Fact]
    public async Task Every_queue_is_listed_also_one_in_which_nothing_has_died()
    {
        var list = await _operator.List();
        Assert.Equal(["batch-jobs_error", "batch-jobs_skipped", "fetch-members_error", "fetch-members_skipped", "member-pages_error", "member-pages_skipped"],
            list["items"]!.AsArray().Select(queue => Text(queue!, "queue")).Order());
        Assert.Equal(0, Number(await _operator.Queue("batch-jobs_skipped"), "count"));
    }

    [Fact]
    public async Task Looking_leaves_every_message_in_its_place_and_says_how_far_it_looked()
    {
        DeadMessage[] messages = [.. Enumerable.Range(0, 30).Select(i => new DeadMessage { Priority = (byte)(1 + i % 3) })];
        await fixture.Queues.Add("member-pages_error", messages);
        var views = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _operator.Queue("member-pages_error", limit: 20)));
        // Who does not get his turn in time says so.
        var own = views.Where(view => !view["isBusy"]!.GetValue<bool>()).ToList();
        Assert.NotEmpty(own);
        Assert.All(own, view => Assert.Equal((30, 20), (Number(view, "count"), Number(view, "examined"))));

        var order = messages.OrderByDescending(m => m.Priority).Select(m => m.Id.ToString());
        var left = await fixture.Queues.Drain("member-pages_error");
        Assert.Equal(order, left.Select(m => m.BasicProperties.MessageId));
    }

    [Fact]
    public async Task A_message_that_is_no_envelope_is_listed_too()
    {
        await fixture.Queues.Add("batch-jobs_error", new DeadMessage { Message = ",broken", Exception = "System.Text.Json.JsonException", Says = "Not JSON." });
        var group = (await _operator.Queue("batch-jobs_error"))["groups"]!.AsArray().Single()!;
        Assert.Equal(("Not JSON.", 0), (Text(group, "message"), group["jobIds"]!.AsArray().Count));
        await fixture.Queues.Drain("batch-jobs_error");
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("POST", "/member-pages_error/replay")]
    [InlineData("POST", "/member-pages_error/discard")]
    public async Task Only_operators_may_see_and_move_dead_letters(string method, string path)
    {
        using var answer = await _operator.Send(new HttpMethod(method), path, method == "POST" ? new { all = true } : null, TestApp.Token(Guid.NewGuid()));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("service_role", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/members_error/replay", """{"all":true}""", 404, "there are batch-jobs_error, batch-jobs_skipped, fetch-members_error")]
    [InlineData("/fetch-members/discard", """{"all":true}""", 404, "no queue of dead letters called fetch-members;")]
    [InlineData("/fetch-members_error/replay", "{}", 400, "in one way")]
    [InlineData("/fetch-members_error/discard", """{"all":false}""", 400, "in one way")]
    [InlineData("/fetch-members_error/discard", """{"all":true,"exceptionType":"X"}""", 400, "in one way")]
    [InlineData("/fetch-members_error/discard", """{"messageIds":[]}""", 400, "messageIds has 1 to 1000 ids")]
    [InlineData("/fetch-members_error/replay", """{"all":true,"limit":0}""", 400, "limit is a number from 1 on")]
    public async Task A_request_that_does_not_say_what_it_means_moves_nothing(string path, string body, int status, string sentence)
    {
        await fixture.Queues.Add("fetch-members_error", new DeadMessage());
        using var answer = await _operator.Send(HttpMethod.Post, path, JsonNode.Parse(body));
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Contains(sentence, text, StringComparison.Ordinal);
        Assert.Single(await fixture.Queues.Drain("fetch-members_error"));
    }

    static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    static int Number(JsonNode node, string name) => node[name]!.GetValue<int>();
}
