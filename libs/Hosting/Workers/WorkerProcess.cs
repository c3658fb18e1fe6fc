using System.Reflection;
using BatchBus.Contracts;

namespace BatchBus.Hosting.Workers;

/// <summary>This process as Api's list of workers shows it.</summary>
sealed class WorkerProcess(string service, int slots, WorkerCounts counts, TimeProvider clock)
{
    static readonly string Version = ProgramVersion();

    readonly Guid _id = Guid.CreateVersion7();
    readonly DateTimeOffset _startedAt = clock.GetUtcNow();
    readonly long _start = clock.GetTimestamp();

    /// <summary>What is to be said now.</summary>
    public WorkerHeartbeat Heartbeat(bool stopping) => new()
    {
        WorkerId = _id, Service = service, Host = Environment.MachineName, Version = Version, StartedAt = _startedAt,
        // Heartbeats are put in order by this, so it must not go back when somebody sets the clock.
        SentAt = _startedAt + clock.GetElapsedTime(_start),
        Stopping = stopping, Slots = slots, InFlight = counts.InFlight, Processed = counts.Processed, Failed = counts.Failed,
        MemoryBytes = Environment.WorkingSet, ProcessorTime = Environment.CpuUsage.TotalTime,
    };

    // Without the commit that the compiler puts behind it.
    static string ProgramVersion() =>
        Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}
