using System.Net;
using System.Net.Sockets;
using BatchBus.Hosting;
using BatchBus.Hosting.Broker;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BatchBus.Tests.Fast.Hosting;

public sealed class BrokerWaitTests
{
    readonly FakeTimeProvider _clock = new();
    readonly FakeLogger<BrokerWait> _log = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_ends_a_second_after_the_broker_answers_and_says_meanwhile_who_does_not()
    {
        using var node = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var port = Bind(node); // taken, but nobody listens
        var wait = For($"127.0.0.1:{port}");

        var over = wait.UntilItAnswers(Cancellation);
        for (var looks = 0; looks < 3; looks++)
        {
            Assert.True(SpinWait.SpinUntil(() => wait.Silence is not null, TimeSpan.FromMinutes(1)));
            Assert.StartsWith($"127.0.0.1:{port} (", wait.Silence, StringComparison.Ordinal);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.False(over.IsCompleted);

        node.Listen();
        Assert.True(SpinWait.SpinUntil(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return over.IsCompletedSuccessfully;
        }, TimeSpan.FromMinutes(1)));
        Assert.Null(wait.Silence);
        Assert.Equal([LogLevel.Warning, LogLevel.Information], _log.Collector.GetSnapshot().Select(line => line.Level));
    }

    [Fact]
    public async Task One_node_that_answers_is_enough()
    {
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var (first, second) = (Bind(silent), Bind(other));
        other.Listen();
        await For($"127.0.0.1:{first}", $"127.0.0.1:{second}").UntilItAnswers(Cancellation);
        Assert.Equal(0, _log.Collector.Count);
    }

    [Fact]
    public async Task Who_stops_does_not_wait()
    {
        using var node = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var stopping = new CancellationTokenSource();
        var wait = For($"127.0.0.1:{Bind(node)}");
        var over = wait.UntilItAnswers(stopping.Token);
        Assert.False(over.IsCompleted);
        await stopping.CancelAsync();
        await over;
        Assert.Null(wait.Silence);
    }

    BrokerWait For(string node, string others = "") =>
        new(Options.Create(new RabbitMqOptions { Uri = $"amqp://user:password@{node}/vhost", Hosts = others }), _clock, _log);

    static int Bind(Socket socket)
    {
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
