using System.Net;
using System.Net.Sockets;

namespace BatchBus.Tests.Servers;

/// <summary>Ports that nobody else takes between now and when somebody listens, or while nobody does for a moment.</summary>
static class FreePort
{
    // Below the range of outgoing connections (Linux: 32768 on), and beside that of the private servers.
    const int First = 10_000, Count = 10_000;

    // Begins anywhere, so that two runs at once seldom meet; then each port once.
    static int _taken = Random.Shared.Next(Count);

    public static int Take()
    {
        while (true)
        {
            var port = First + Interlocked.Increment(ref _taken) % Count;
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse)
            {
                // The next one, then.
            }
        }
    }
}
