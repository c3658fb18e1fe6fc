using BatchBus.Cli.Processes;

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
        int port;
        do port = First + Interlocked.Increment(ref _taken) % Count;
        while (!Ports.IsFree(port));
        return port;
    }
}
