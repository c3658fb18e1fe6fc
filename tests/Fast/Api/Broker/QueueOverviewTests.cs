using System.Net;
using BatchBus.Api.Broker;
using BatchBus.Hosting;
using BatchBus.Tests.Fast.Simulator;
using Microsoft.Extensions.Options;

namespace BatchBus.Tests.Fast.Api.Broker;

public sealed class QueueOverviewTests : IDisposable
{
    static readonly Uri Amqp = new("amqp://me:my%20word@127.0.0.1:1/my%2Fhost");

    readonly ManualClock _clock = new();
    readonly Management _management = new();
    readonly QueueOverview _overview;

    public QueueOverviewTests() => _overview = new QueueOverview(
        new ManagementApi(new HttpClient(_management), new ManagementOptions { ManagementUrl = "http://rabbit.example/prefix" }.Of(Amqp)), new BrokerConnections(Options.Create(new RabbitMqOptions { Uri = Amqp.OriginalString })), _clock);

    public void Dispose() => _management.Dispose();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_viewers_cost_one_request_every_two_seconds()
    {
        var first = Enumerable.Range(0, 20).Select(_ => _overview.Read(Cancellation)).ToArray();
        _management.Answer("[]");
        await Task.WhenAll(first);
        await _overview.Read(Cancellation);
        Assert.Single(_management.Requests);

        _clock.Advance(QueueOverview.MaxAge);
        await _overview.Read(Cancellation);
        await _overview.Read(Cancellation);
        Assert.Equal(2, _management.Requests.Count);
    }

    [Fact]
    public async Task A_viewer_who_gives_up_takes_nothing_from_the_others()
    {
        using var impatient = new CancellationTokenSource();
        var one = _overview.Read(impatient.Token);
        var other = _overview.Read(Cancellation);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        _management.Answer("[]");
        Assert.Empty((await other).Items);
    }

    [Fact]
    public async Task The_virtual_host_and_the_user_are_those_of_the_broker()
    {
        _management.Answer("[]");
        await _overview.Read(Cancellation);
        var (url, authorization) = Assert.Single(_management.Requests);
        Assert.StartsWith("http://rabbit.example/prefix/api/queues/my%2Fhost?", url, StringComparison.Ordinal);
        Assert.Equal("me:my word", System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(authorization)));
    }

    [Theory]
    [InlineData("amqp://rabbit.example/", "http://rabbit.example:15672/")]
    [InlineData("amqps://rabbit.example:5671/x", "https://rabbit.example:15671/")]
    public void Without_a_setting_it_is_looked_for_on_the_brokers_host(string amqp, string expected) =>
        Assert.Equal(expected, new ManagementOptions().Of(new Uri(amqp)).Url.ToString());

    [Fact]
    public void The_setting_may_name_another_user_who_does_not_show_in_the_address()
    {
        var address = new ManagementOptions { ManagementUrl = "https://watcher:a%40b@rabbit.example/" }.Of(Amqp);
        Assert.Equal((new Uri("https://rabbit.example/"), new ManagementUser("watcher", "a@b")), (address.Url, address.User));
    }

    [Fact]
    public async Task What_a_queue_does_not_tell_is_unknown()
    {
        _management.Answer("""
            [{"name":"member-pages","messages_ready":3,"messages_unacknowledged":4,"messages":7,"consumers":2,"head_message_timestamp":1795564800,
              "message_stats":{"publish_details":{"rate":1.5},"ack_details":{"rate":0.0}}},
             {"name":"fetch-members","head_message_timestamp":""}, {"name":"foreign","messages":1}]
            """);
        var list = await _overview.Read(Cancellation);
        Assert.Equal((QueueSource.Management, null), (list.Source, list.Detail));
        Assert.Equal(
        [
            new QueueView { Name = "fetch-members", Kind = QueueKind.Work, Ready = null, Consumers = null },
            new QueueView
            {
                Name = "member-pages", Kind = QueueKind.Work, Ready = 3, Unacknowledged = 4, Total = 7, Consumers = 2,
                OldestAt = DateTimeOffset.FromUnixTimeSeconds(1795564800), PublishRate = 1.5, DeliverRate = null, AcknowledgeRate = 0,
            },
        ], list.Items);
    }

    [Theory]
    [InlineData(HttpStatusCode.OK, "<html>", "What answers at http://rabbit.example/prefix/ is not RabbitMQ's management API.")]
    [InlineData(HttpStatusCode.OK, "[{}]", "What answers at http://rabbit.example/prefix/ is not RabbitMQ's management API.")]
    [InlineData(HttpStatusCode.NotFound, "", "http://rabbit.example/prefix/ answers 404 where RabbitMQ's management API should be.")]
    [InlineData(HttpStatusCode.Found, "", "http://rabbit.example/prefix/ answers 302 where RabbitMQ's management API should be.")]
    [InlineData(HttpStatusCode.Unauthorized, "", "refuses the user me. Give it the tag monitoring")]
    public async Task What_is_wrong_is_said_in_a_sentence(HttpStatusCode status, string body, string says)
    {
        var api = new ManagementApi(new HttpClient(_management), new ManagementOptions { ManagementUrl = "http://rabbit.example/prefix/" }.Of(Amqp));
        _management.Answer(body, status);
        var e = await Assert.ThrowsAsync<ManagementException>(() => api.Queues(Cancellation));
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
        Assert.Contains("RabbitMq__ManagementUrl", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("my word", e.Message, StringComparison.Ordinal);
    }

    /// <summary>A management API that answers when it is told to.</summary>
    sealed class Management : HttpMessageHandler
    {
        readonly TaskCompletionSource<(HttpStatusCode Status, string Body)> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<(string Url, string Authorization)> Requests { get; } = [];

        public void Answer(string body, HttpStatusCode status = HttpStatusCode.OK) => _answer.SetResult((status, body));

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add((request.RequestUri!.AbsoluteUri, request.Headers.Authorization!.Parameter!));
            var (status, body) = await _answer.Task.WaitAsync(cancellationToken);
            return new HttpResponseMessage(status) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        }
    }
}
