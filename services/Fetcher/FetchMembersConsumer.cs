using BatchBus.Contracts;
using BatchBus.Hosting.Redelivery;
using BatchBus.Hosting.Tracing;
using MassTransit;
using Microsoft.Extensions.Options;

namespace BatchBus.Fetcher;

/// <summary>
/// Reads a slice, publishes its pages, then reports. It keeps nothing: a crash anywhere means that the slice is delivered again, and what
/// comes twice is counted once.
/// </summary>
sealed class FetchMembersConsumer(SliceReader reader, IOptions<FetcherOptions> options, TimeProvider clock) : IConsumer<FetchMembers>
{
    public async Task Consume(ConsumeContext<FetchMembers> context)
    {
        var slice = context.Message;
        try
        {
            var report = await reader.Read(slice, page => Publish(context, page), context.CancellationToken);
            await Publish(context, report);
        }
        catch (BrokerSilentException)
        {
            context.GoBackToQueue();
        }
    }

    async Task Publish<TMessage>(ConsumeContext<FetchMembers> context, TMessage message) where TMessage : class
    {
        // A broker that blocks its publishers (memory alarm) never answers.
        using var limit = new CancellationTokenSource(options.Value.PublishTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, context.CancellationToken);
        try
        {
            await context.Publish(message, publish =>
                {
                    // Set each time: what a consumer sends inherits the priority of what it consumed, and 0 counts as none.
                    publish.SetPriority(context.Message.MessagePriority);
                    publish.Carry();
                }, either.Token)
                .WaitAsync(either.Token); // an end of its own, for a transport whose channel has just broken may overlook the token
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested)
        {
            throw new BrokerSilentException(e);
        }
    }

    sealed class BrokerSilentException(Exception inner) : Exception("The broker does not confirm.", inner);
}
