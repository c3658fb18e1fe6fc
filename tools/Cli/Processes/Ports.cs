using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace BatchBus.Cli.Processes;

/// <summary>The ports of an instance (<c>ports.json</c>): chosen once, chosen anew only when somebody else has taken one.</summary>
sealed class Ports(Instance instance)
{
    // Below the range from which Linux takes the ports of outgoing connections (32768 on), so that no connection sits on ours by chance.
    const int First = 20_000, Last = 32_000;

    readonly string _path = instance.FileNamed("ports.json");
    readonly Lock _oneAtATime = new();

    /// <summary>A port that the named process can listen on now.</summary>
    public int Take(string name)
    {
        lock (_oneAtATime) return TakeOne(name);
    }

    int TakeOne(string name)
    {
        var ports = JsonFile.Read<SortedDictionary<string, int>>(_path) ?? [];
        if (ports.TryGetValue(name, out var known) && IsFree(known)) return known;
        ports[name] = Choose(ports.Values);
        JsonFile.Write(_path, ports);
        return ports[name];
    }

    /// <summary>The port that the named process was given when it started.</summary>
    public int? Known(string name) =>
        JsonFile.Read<SortedDictionary<string, int>>(_path) is { } ports && ports.TryGetValue(name, out var port) ? port : null;

    static int Choose(ICollection<int> others)
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(First, Last);
            if (!others.Contains(port) && IsFree(port)) return port;
        }
    }

    /// <summary>Whether nobody listens there now.</summary>
    public static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return false;
        }
    }
}
