using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace BatchBus.Hosting;

/// <summary>
/// A channel whose declarations end when it closes. MassTransit makes several at once, which wait in the client for their turn; when the channel is
/// disposed of meanwhile nobody wakes the first of them, neither a time-out nor a cancellation (RabbitMQ.Client 7.2.2 disposes of the semaphore that
/// they wait on), and the endpoint would wait for good.
/// </summary>
sealed class BreakableChannel : ScopeChannelContext, ChannelContext
{
    readonly TaskCompletionSource<ShutdownEventArgs> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly IChannel _channel;

    public BreakableChannel(ChannelContext context) : base(context, CancellationToken.None)
    {
        _channel = context.Channel;
        _channel.ChannelShutdownAsync += Closed;
        if (_channel.CloseReason is { } reason) _closed.TrySetResult(reason); // before anybody listened
    }

    Task ChannelContext.ExchangeDeclare(
        string exchange, string type, bool durable, bool autoDelete, IDictionary<string, object> arguments, CancellationToken cancellationToken) =>
        End(ExchangeDeclare(exchange, type, durable, autoDelete, arguments, cancellationToken));

    Task ChannelContext.ExchangeBind(
        string destination, string source, string routingKey, IDictionary<string, object> arguments, CancellationToken cancellationToken) =>
        End(ExchangeBind(destination, source, routingKey, arguments, cancellationToken));

    async Task<QueueDeclareOk> ChannelContext.QueueDeclare(
        string queue, bool durable, bool exclusive, bool autoDelete, IDictionary<string, object> arguments, CancellationToken cancellationToken)
    {
        var declared = QueueDeclare(queue, durable, exclusive, autoDelete, arguments, cancellationToken);
        await End(declared);
        return await declared;
    }

    Task ChannelContext.QueueBind(
        string queue, string exchange, string routingKey, IDictionary<string, object> arguments, CancellationToken cancellationToken) =>
        End(QueueBind(queue, exchange, routingKey, arguments, cancellationToken));

    public new void Dispose()
    {
        _channel.ChannelShutdownAsync -= Closed;
        base.Dispose();
    }

    Task Closed(object sender, ShutdownEventArgs reason)
    {
        _closed.TrySetResult(reason);
        return Task.CompletedTask;
    }

    async Task End(Task declaration)
    {
        if (await Task.WhenAny(declaration, _closed.Task) != declaration) throw new OperationInterruptedException(await _closed.Task);
        await declaration;
    }
}
