using System.Net;
using System.Net.Sockets;
using BatchBus.Cli.Processes;

namespace BatchBus.Tests.Fast.Cli;

public sealed class PortsTests : IDisposable
{
    readonly TemporaryInstance _temporary = new();

    [Fact]
    public void A_port_stays_the_same_as_long_as_it_is_free()
    {
        var port = new Ports(_temporary.Instance).Take("api");

        Assert.Equal(port, new Ports(_temporary.Instance).Take("api"));
        Assert.Equal(port, new Ports(_temporary.Instance).Known("api"));
    }

    [Fact]
    public void A_port_that_somebody_else_has_taken_is_replaced()
    {
        var port = new Ports(_temporary.Instance).Take("api");
        using var other = new TcpListener(IPAddress.Loopback, port);
        other.Start();

        var replacement = new Ports(_temporary.Instance).Take("api");

        Assert.NotEqual(port, replacement);
        Assert.Equal(replacement, new Ports(_temporary.Instance).Take("api"));
    }

    [Fact]
    public void No_two_names_get_the_same_port()
    {
        var ports = new Ports(_temporary.Instance);

        Assert.Distinct(Enumerable.Range(1, 20).Select(number => ports.Take($"fetcher-{number}")));
    }

    public void Dispose() => _temporary.Dispose();
}
