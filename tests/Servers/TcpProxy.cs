using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace BatchBus.Tests.Servers;

/// <summary>
/// A way to a server that can be cut: connections break and new ones are refused until it is restored. Or held: connections stand, and the server
/// reads nothing from them, as a broker does with its publishers while it is short of memory. Or stopped at a chosen byte.
/// </summary>
public sealed class TcpProxy(Uri target) : IAsyncDisposable
{
    readonly ConcurrentBag<TcpClient> _clients = [];
    readonly ByteGate _gate = new();
    TcpListener? _listener;
    Task _accepting = Task.CompletedTask;

    public int Port { get; } = FreePort.Take();

    /// <summary>An open way to the PostgreSQL of the test run.</summary>
    public static TcpProxy ToPostgres()
    {
        var login = new NpgsqlConnectionStringBuilder(TestServers.Postgres);
        var way = new TcpProxy(new Uri($"tcp://{login.Host}:{login.Port}"));
        way.Restore();
        return way;
    }

    /// <summary>Bytes that have reached the server.</summary>
    public long Sent => _gate.Passed;

    public void Restore()
    {
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        _accepting = Accept(_listener);
    }

    public void Hold() => _ = _gate.StopAfter(0);

    /// <summary>Lets so many more bytes reach the server, then none until it is released or cut. The task ends when it has come to that.</summary>
    public Task StopAfter(long bytes) => _gate.StopAfter(bytes);

    public void Release() => _gate.Open();

    public async Task Cut()
    {
        _listener?.Stop();
        await _accepting;
        while (_clients.TryTake(out var client)) client.Close();
        // Last: what was held must not reach the server.
        Release();
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
            while (true) await Join(await listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut.
        }
    }

    async Task Join(TcpClient near)
    {
        var far = new TcpClient();
        _clients.Add(near);
        _clients.Add(far);
        try
        {
            await far.ConnectAsync(target.Host, target.Port);
        }
        catch (SocketException)
        {
            near.Close(); // the server is away
            return;
        }
        _ = Pump(near, far, (bytes, write) => _gate.Pass(bytes, write));
        _ = Pump(far, near, (bytes, write) => write(bytes));
    }

    static async Task Pump(TcpClient from, TcpClient to, Func<ReadOnlyMemory<byte>, Func<ReadOnlyMemory<byte>, Task>, Task> pass)
    {
        try
        {
            var buffer = new byte[65_536];
            while (await from.GetStream().ReadAsync(buffer) is var read and > 0)
                await pass(buffer.AsMemory(0, read), async bytes => await to.GetStream().WriteAsync(bytes));
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
