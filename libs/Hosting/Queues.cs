using BatchBus.Contracts;
using BatchBus.Hosting.Redelivery;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BatchBus.Hosting;

/// <summary>
/// The queues. Every service declares all of them before it publishes, so that a message for a service that has never run waits instead
/// of vanishing.
/// </summary>
public static class Queues
{
    /// <summary>The saga's commands and events, by priority. Consumed by Api.</summary>
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

    /// <summary>Where MassTransit puts a queue's messages that could not be handled.</summary>
    /// <param name="queue">The queue.</param>
    public static string ErrorsOf(string queue) => $"{queue}_error";

    /// <summary>Where MassTransit puts a queue's messages that no consumer wanted.</summary>
    /// <param name="queue">The queue.</param>
    public static string SkippedOf(string queue) => $"{queue}_skipped";

    /// <summary>Where messages wait that are to be tried again, the shortest wait first.</summary>
    public static IReadOnlyList<string> Delays { get; } = [.. DelayQueues.Lengths.Select(DelayQueues.NameFor)];

    /// <summary>Highest priority of a message on the queues that have priorities; 0 counts as none.</summary>
    public const byte MaxPriority = 9;

    /// <summary>Makes a receive endpoint use its queue as every service declares it.</summary>
    /// <param name="endpoint">The endpoint of one of these queues.</param>
    /// <param name="context">Knows the settings.</param>
    /// <param name="queue">Its queue.</param>
    public static void UseDeclaredQueue(this IReceiveEndpointConfigurator endpoint, IRegistrationContext context, string queue)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        // The same bindings that are declared below, made again whenever the consumer starts: so a queue that was deleted comes back whole.
        // RabbitMQ puts a message into a queue once, however many ways lead there.
        endpoint.ConfigureConsumeTopology = true;
        if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
            rabbit.Declare(context.GetRequiredService<IOptions<RabbitMqOptions>>().Value.IsQuorum, MaxPriorityOf(queue));
    }

    internal static void DeclareQueues(this IRabbitMqBusFactoryConfigurator rabbit, bool isQuorum)
    {
        rabbit.Declare<FetchMembers>(FetchMembers, isQuorum);
        rabbit.Declare<MemberPage>(MemberPages, isQuorum);
        rabbit.Declare<StartJob>(BatchJobs, isQuorum);
        rabbit.Declare<ContinueJob>(BatchJobs, isQuorum);
        rabbit.Declare<DriveJob>(BatchJobs, isQuorum);
        rabbit.Declare<CancelJob>(BatchJobs, isQuorum);
        rabbit.Declare<PauseJob>(BatchJobs, isQuorum);
        rabbit.Declare<ResumeJob>(BatchJobs, isQuorum);
        rabbit.Declare<RetryJob>(BatchJobs, isQuorum);
        rabbit.Declare<ChangePriority>(BatchJobs, isQuorum);
        rabbit.Declare<MembersFetched>(BatchJobs, isQuorum);
        rabbit.Declare<PagesIngested>(BatchJobs, isQuorum);
        rabbit.Declare<Fault<FetchMembers>>(BatchJobs, isQuorum);
        rabbit.Declare<Fault<MemberPage>>(BatchJobs, isQuorum);
        rabbit.Declare<WorkerHeartbeat>(WorkerHeartbeats, isQuorum);
    }

    // Bound from the message's own exchange: BindQueue with another name would declare that exchange, and nothing would lead to it.
    static void Declare<TMessage>(this IRabbitMqBusFactoryConfigurator rabbit, string queue, bool isQuorum) where TMessage : class =>
        rabbit.Publish<TMessage>(publish => publish.BindQueue(publish.Exchange.ExchangeName, queue, binding => binding.Declare(isQuorum, MaxPriorityOf(queue))));

    static byte? MaxPriorityOf(string queue) => queue == WorkerHeartbeats ? null : MaxPriority;
}
