using BatchBus.Api.Access;
using BatchBus.Api.Data;
using BatchBus.Hosting.Workers;
using MassTransit;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace BatchBus.Api.Workers;

/// <summary>The workers.</summary>
/// <param name="Items">The active ones first, then by service, host and start; the last 1,000 that were heard of.</param>
sealed record WorkerList(IReadOnlyList<WorkerView> Items);

/// <summary>A worker process, as its last heartbeat told.</summary>
sealed class WorkerView
{
    /// <summary>The process, new at each start.</summary>
    public Guid Id { get; init; }

    /// <summary><c>fetcher</c> or <c>ingest</c>.</summary>
    public string Service { get; init; } = "";

    /// <summary>The machine's or container's name.</summary>
    public string Host { get; init; } = "";

    public string Version { get; init; } = "";

    /// <summary><c>active</c>, <c>stale</c> (not heard of for a time) or <c>stopped</c> (it ended cleanly).</summary>
    public string Status { get; init; } = "";

    public DateTimeOffset StartedAt { get; init; }

    /// <summary>When Api heard of it last.</summary>
    public DateTimeOffset LastHeartbeat { get; init; }

    /// <summary>How many messages it may have in hand at once.</summary>
    public int Slots { get; init; }

    /// <summary>How many it had in hand.</summary>
    public int InFlight { get; init; }

    /// <summary>Messages done since its start.</summary>
    public long Processed { get; init; }

    /// <summary>Messages that it could not handle since its start: dead, put off, or refused.</summary>
    public long Failed { get; init; }

    /// <summary>Resident memory.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Processor time since its start.</summary>
    public double ProcessorSeconds { get; init; }

    /// <summary>Cores used between its last two heartbeats; null before the second.</summary>
    public double? ProcessorUse { get; init; }
}

static class WorkerEndpoints
{
    public static IServiceCollection AddWorkers(this IServiceCollection services) =>
        services.AddWorkerOptions().AddSingleton<WorkerTable>().AddHostedService<WorkerSweep>();

    public static void AddWorkerHeartbeats(this IBusRegistrationConfigurator bus) => bus.AddConsumer<WorkerHeartbeatConsumer, WorkerHeartbeatDefinition>();

    public static void MapWorkers(this WebApplication app)
    {
        var group = app.MapGroup("/api/workers").WithTags("Operations").ForOperators();
        group.MapGet("/", List).WithSummary("Lists the worker processes, the active ones first.");
    }

    static async Task<Ok<WorkerList>> List(Caller caller, UserView view, CancellationToken cancellationToken) =>
        TypedResults.Ok(new WorkerList(await view.Read(caller, db => db.Database.SqlQuery<WorkerView>($"""
            SELECT id, service, host, version, status, started_at, last_heartbeat, slots, in_flight, processed, failed, memory_bytes,
                   extract(epoch FROM processor_time)::double precision AS processor_seconds, processor_use
            FROM (SELECT * FROM batch_processing_workers ORDER BY status = 'active' DESC, last_heartbeat DESC LIMIT 1000) w
            ORDER BY status = 'active' DESC, service, host, started_at, id
            """).ToListAsync(cancellationToken), cancellationToken)));
}
