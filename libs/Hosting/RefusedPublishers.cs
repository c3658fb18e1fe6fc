using MassTransit;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using PublishException = RabbitMQ.Client.Exceptions.PublishException;

namespace BatchBus.Hosting;

/// <summary>
/// Gets a new connection when the broker refuses (<c>basic.nack</c>) whatever this process sends somewhere. A channel may be refused for good
/// where another would not be: RabbitMQ 3.10 introduces a channel to a quorum queue at its first message, through the node that led the
/// queue then; when just that node dies, the channel goes on asking it (<c>enqueue</c> in <c>rabbit_fifo_client.erl</c>).
/// </summary>
sealed class RefusedPublishers(TimeProvider clock, ILogger<RefusedPublishers> log) : ISendObserver, IPublishObserver
{
    readonly Refusals _refusals = new(clock);
    volatile IConnection? _connection;

    /// <summary>Watches the connection that an endpoint is on; the process publishes on the same one.</summary>
    public void Watch(IRabbitMqBusFactoryConfigurator rabbit) => rabbit.LookAtEveryChannel("refusedPublishers", channel =>
    {
        if (_connection == channel.ConnectionContext.Connection) return;
        _connection = channel.ConnectionContext.Connection;
        _refusals.EndAll();
    });

    Task ISendObserver.PreSend<T>(SendContext<T> context) => Task.CompletedTask;

    Task ISendObserver.PostSend<T>(SendContext<T> context) => Taken(context.DestinationAddress);

    Task ISendObserver.SendFault<T>(SendContext<T> context, Exception exception) => Failed(context.DestinationAddress, exception);

    Task IPublishObserver.PrePublish<T>(PublishContext<T> context) => Task.CompletedTask;

    Task IPublishObserver.PostPublish<T>(PublishContext<T> context) => Taken(context.DestinationAddress);

    Task IPublishObserver.PublishFault<T>(PublishContext<T> context, Exception exception) => Failed(context.DestinationAddress, exception);

    Task Taken(Uri? destination)
    {
        if (destination is not null) _refusals.End(destination);
        return Task.CompletedTask;
    }

    Task Failed(Uri? destination, Exception exception)
    {
        if (destination is not null && exception.GetBaseException() is PublishException { IsReturn: false }
            && _refusals.Add(destination) is { } refused && _connection is { IsOpen: true } connection)
        {
            log.LogWarning("RabbitMQ has refused everything for {Destination} for {Seconds:F0} s; connecting anew", destination.AbsolutePath.Split('/')[^1], refused.TotalSeconds);
            // Not here: it waits for the consumers, and one of them waits for this.
            _ = Task.Run(() => Close(connection));
        }
        return Task.CompletedTask;
    }

    async Task Close(IConnection connection)
    {
        try
        {
            await connection.AbortAsync();
        }
        catch (Exception e)
        {
            log.LogDebug(e, "The connection ended in disorder"); // what matters is that it is closed, and MassTransit gets another one
        }
    }
}
