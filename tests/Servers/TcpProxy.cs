using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace BatchBus.Tests.Servers;

/// <summary>
/// A way to a server that can be cut: connections break and new ones are refused until it is restored. Or held: connections stand, and the server
/// reads nothing from them, as a broker does with its publishers while it is short of memory.
/// </summary>
public sealed class TcpProxy(Uri target) : IAsyncDisposable
{
    readonly ConcurrentBag<TcpClient> _clients = [];
    TcpListener? _listener;
    TaskCompletionSource? _held;
    Task _accepting = Task.CompletedTask;

    public int Port { get; private set; }

    /// <summary>An open way to the PostgreSQL of the test run.</summary>
    public static TcpProxy ToPostgres()
    {
        var login = new NpgsqlConnectionStringBuilder(TestServers.Postgres);
        var way = new TcpProxy(new Uri($"tcp://{login.Host}:{login.Port}"));
        way.Restore();
        return way;
    }

    public void Restore()
    {
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = Accept(_listener);
    }

    public void Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release()
    {
        _held?.SetResult();
        _held = null;
    }

    public async Task Cut()
    {
        Release();
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
                _ = Pump(near, far, () => _held?.Task ?? Task.CompletedTask);
                _ = Pump(far, near, () => Task.CompletedTask);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }

    static async Task Pump(TcpClient from, TcpClient to, Func<Task> gate)
    {
        try
        {
            var buffer = new byte[65_536];
            while (await from.GetStream().ReadAsync(buffer) is var read and > 0)
            {
                await gate();
                await to.GetStream().WriteAsync(buffer.AsMemory(0, read));
            }
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
