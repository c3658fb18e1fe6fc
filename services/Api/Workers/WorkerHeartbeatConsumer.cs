using BatchBus.Api.Data;
using BatchBus.Contracts;
using BatchBus.Hosting;
using MassTransit;

namespace BatchBus.Api.Workers;

/// <summary>Hears the workers.</summary>
sealed class WorkerHeartbeatConsumer(WorkerTable workers, ILogger<WorkerHeartbeatConsumer> log) : IConsumer<WorkerHeartbeat>
{
    public async Task Consume(ConsumeContext<WorkerHeartbeat> context)
    {
        try
        {
            await workers.Write(context.Message, context.CancellationToken);
        }
        catch (Exception e) when (e.Postgres() is { IsTransient: true })
        {
            // No second try: the next heartbeat says all that this one does. The sweep says that PostgreSQL is away, once and not for each worker.
            log.LogDebug("A heartbeat of {Service} on {Host} is dropped: {Reason}", context.Message.Service, context.Message.Host, e.Message);
        }
    }
}

/// <summary>The queue of heartbeats: small, one after another, and none is kept that cannot be used.</summary>
sealed class WorkerHeartbeatDefinition : ConsumerDefinition<WorkerHeartbeatConsumer>
{
    // A hundred workers' at once; they are written in a millisecond each.
    const int Prefetch = 100;

    public WorkerHeartbeatDefinition()
    {
        EndpointName = Queues.WorkerHeartbeats;
        ConcurrentMessageLimit = 1;
    }

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpoint, IConsumerConfigurator<WorkerHeartbeatConsumer> consumer, IRegistrationContext context)
    {
        endpoint.UseDeclaredQueue(context, Queues.WorkerHeartbeats);
        endpoint.PrefetchCount = Prefetch;
        endpoint.PublishFaults = false;
        endpoint.DiscardFaultedMessages();
        endpoint.DiscardSkippedMessages();
    }
}
