using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace BatchBus.Tests.Servers.MassTransitPostgres;

/// <summary>A message as it came from the broker.</summary>
public sealed record Received(
    object Message, Guid? MessageId, Guid? CorrelationId, Headers Headers, byte Priority, string? RoutingKey, string? TraceId);

/// <summary>Every message that the recording endpoint got.</summary>
public sealed class Recorder
{
    readonly ConcurrentQueue<Received> _received = new();

    public IReadOnlyList<Received> All<T>() => [.. _received.Where(x => x.Message is T)];

    public int Count<T>() => All<T>().Count;

    public void Add(Received received) => _received.Enqueue(received);
}

public sealed class RecordingConsumer(Recorder recorder) :
    IConsumer<ItemCounted>, IConsumer<OrderSeen>, IConsumer<OrderShipped>, IConsumer<Notice>, IConsumer<Fault<OrderSpoiled>>
{
    public Task Consume(ConsumeContext<ItemCounted> context) => Record(context);

    public Task Consume(ConsumeContext<OrderSeen> context) => Record(context);

    public Task Consume(ConsumeContext<OrderShipped> context) => Record(context);

    public Task Consume(ConsumeContext<Notice> context) => Record(context);

    public Task Consume(ConsumeContext<Fault<OrderSpoiled>> context) => Record(context);

    Task Record<T>(ConsumeContext<T> context)
        where T : class
    {
        var transport = context.GetPayload<RabbitMqBasicConsumeContext>();
        recorder.Add(new Received(context.Message, context.MessageId, context.CorrelationId, context.Headers, transport.Properties.Priority,
            transport.RoutingKey, context.Headers.Get<string>("MT-Activity-Id")));
        return Task.CompletedTask;
    }
}

/// <summary>Handles a command with a row and an event, behind the inbox.</summary>
public sealed class ShippingConsumer(OrderDb db) : IConsumer<ShipOrder>
{
    public async Task Consume(ConsumeContext<ShipOrder> context)
    {
        db.Add(new Shipment { OrderId = context.Message.OrderId });
        await context.Publish(new OrderShipped(context.Message.OrderId));
    }
}

public sealed class ShippingConsumerDefinition : ConsumerDefinition<ShippingConsumer>
{
    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<ShippingConsumer> consumerConfigurator, IRegistrationContext context)
    {
        endpointConfigurator.ConcurrentMessageLimit = 16;
        endpointConfigurator.UseEntityFrameworkOutbox<OrderDb>(context);
    }
}

/// <summary>Log lines of the outbox.</summary>
public sealed class LogLines : ILoggerProvider
{
    readonly ConcurrentQueue<(LogLevel Level, string Text)> _lines = new();

    public IReadOnlyList<string> At(LogLevel level) => [.. _lines.Where(x => x.Level == level).Select(x => x.Text)];

    public ILogger CreateLogger(string categoryName) =>
        new Lines(categoryName.StartsWith("MassTransit.EntityFrameworkCore", StringComparison.Ordinal) ? this : null);

    public void Dispose()
    {
    }

    sealed class Lines(LogLines? target) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => target is not null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            target?._lines.Enqueue((logLevel, formatter(state, exception)));
    }
}
