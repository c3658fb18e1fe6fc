using BatchBus.Contracts;
using BatchBus.Hosting.Redelivery;
using MassTransit;

namespace BatchBus.Hosting;

/// <summary>
/// The queues. Every service declares all of them before it publishes, so that a message for a service that has never run waits instead
/// of vanishing.
/// </summary>
public static class Queues
{
    /// <summary>The saga's commands and events. Consumed by Api.</summary>
    public const string BatchJobs = "batch-jobs";

    /// <summary>Slices to fetch, by priority. Consumed by Fetcher.</summary>
    public const string FetchMembers = "fetch-members";

    /// <summary>Pages to store, by priority. Consumed by Ingest.</summary>
    public const string MemberPages = "member-pages";

    /// <summary>What workers say of themselves. Consumed by Api; what it cannot use is dropped, for the next one is on its way.</summary>
    public const string WorkerHeartbeats = "worker-heartbeats";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [BatchJobs, FetchMembers, MemberPages, WorkerHeartbeats];

    /// <summary>Those whose messages are kept when they cannot be handled.</summary>
    public static IReadOnlyList<string> WithDeadLetters { get; } = [BatchJobs, FetchMembers, MemberPages];

    /// <summary>Where messages wait that are to be tried again, the shortest wait first.</summary>
    public static IReadOnlyList<string> Delays { get; } = [.. DelayQueues.Lengths.Select(DelayQueues.NameFor)];

    /// <summary>Highest priority of a message on the queues that have priorities; 0 counts as none.</summary>
    public const byte MaxPriority = 9;

    /// <summary>Makes a receive endpoint use its queue as every service declares it.</summary>
    /// <param name="endpoint">The endpoint of one of these queues.</param>
    /// <param name="maxPriority"><see cref="MaxPriority"/> where the queue has priorities, otherwise null.</param>
    public static void UseDeclaredQueue(this IReceiveEndpointConfigurator endpoint, byte? maxPriority = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        // The same bindings that are declared below, made again whenever the consumer starts: so a queue that was deleted comes back whole.
        // RabbitMQ puts a message into a queue once, however many ways lead there.
        endpoint.ConfigureConsumeTopology = true;
        if (maxPriority is { } max && endpoint is IRabbitMqReceiveEndpointConfigurator rabbit) rabbit.EnablePriority(max);
    }

    internal static void DeclareQueues(this IRabbitMqBusFactoryConfigurator rabbit)
    {
        rabbit.Declare<FetchMembers>(FetchMembers, MaxPriority);
        rabbit.Declare<MemberPage>(MemberPages, MaxPriority);
        rabbit.Declare<CreateBatchList>(BatchJobs);
        rabbit.Declare<StartJob>(BatchJobs);
        rabbit.Declare<ContinueJob>(BatchJobs);
        rabbit.Declare<DriveJob>(BatchJobs);
        rabbit.Declare<CancelJob>(BatchJobs);
        rabbit.Declare<PauseJob>(BatchJobs);
        rabbit.Declare<ResumeJob>(BatchJobs);
        rabbit.Declare<RetryJob>(BatchJobs);
        rabbit.Declare<ChangePriority>(BatchJobs);
        rabbit.Declare<MembersFetched>(BatchJobs);
        rabbit.Declare<PagesIngested>(BatchJobs);
        rabbit.Declare<Fault<FetchMembers>>(BatchJobs);
        rabbit.Declare<Fault<MemberPage>>(BatchJobs);
        rabbit.Declare<WorkerHeartbeat>(WorkerHeartbeats);
    }

    // Bound from the message's own exchange: BindQueue with another name would declare that exchange, and nothing would lead to it.
    static void Declare<TMessage>(this IRabbitMqBusFactoryConfigurator rabbit, string queue, byte? maxPriority = null) where TMessage : class =>
        rabbit.Publish<TMessage>(publish => publish.BindQueue(publish.Exchange.ExchangeName, queue, binding =>
        {
            // The very arguments that the receive endpoint uses: RabbitMQ refuses a second declaration with others.
            if (maxPriority is { } max) binding.EnablePriority(max);
        }));
}
