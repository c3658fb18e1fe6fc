using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace BatchBus.Tests.Servers;

/// <summary>A way to a server that can be cut: connections break and new ones are refused until it is restored.</summary>
public sealed class TcpProxy(Uri target) : IAsyncDisposable
{
    readonly ConcurrentBag<TcpClient> _clients = [];
    TcpListener? _listener;
    Task _accepting = Task.CompletedTask;

    public int Port { get; private set; }

    public void Restore()
    {
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = Accept(_listener);
    }

    public async Task Cut()
    {
        _listener?.Stop();
        await _accepting;
        while (_clients.TryTake(out var client)) client.Close();
    }

    public async ValueTask DisposeAsync()
    {
        await Cut();
        _listener?.Dispose();
    }

    async Task Accept(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var near = await listener.AcceptTcpClientAsync();
                var far = new TcpClient();
                _clients.Add(near);
                _clients.Add(far);
                await far.ConnectAsync(target.Host, target.Port);
                _ = Pump(near, far);
                _ = Pump(far, near);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }

    static async Task Pump(TcpClient from, TcpClient to)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream());
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut.
        }
        finally
        {
            from.Close();
            to.Close();
        }
    }
}
