using System.Text;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace BatchBus.Tests.Servers.DeadLetters;

/// <summary>Puts dead letters as MassTransit writes them into queues of a virtual host, and takes messages out.</summary>
public sealed class BrokerQueues : IAsyncDisposable
{
    readonly IConnection _connection;
    readonly IReadOnlyDictionary<string, object?>? _arguments;

    BrokerQueues(IConnection connection, IReadOnlyDictionary<string, object?>? arguments) => (_connection, _arguments) = (connection, arguments);

    /// <param name="virtualHost">Where the queues are.</param>
    /// <param name="arguments">Those of every queue; by default the ones of classic queues.</param>
    public static async Task<BrokerQueues> Open(Uri virtualHost, IReadOnlyDictionary<string, object?>? arguments = null) =>
        new(await new ConnectionFactory { Uri = virtualHost }.CreateConnectionAsync(TestContext.Current.CancellationToken), arguments);

    /// <summary>Adds dead letters in this order; the queue is declared as MassTransit would, with the arguments of its source.</summary>
    public async Task Add(string queue, params IReadOnlyCollection<DeadMessage> messages)
    {
        await using var channel = await _connection.CreateChannelAsync(new CreateChannelOptions(true, true, outstandingPublisherConfirmationsRateLimiter: null));
        var classic = new Dictionary<string, object?> { ["x-max-priority"] = 9 };
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>(_arguments ?? classic));
        foreach (var some in messages.Chunk(500))
            await Task.WhenAll(some.Select(message => channel.BasicPublishAsync("", queue, mandatory: true, message.Properties(), message.Body()).AsTask()));
    }

    /// <summary>Takes every message out of a queue, in the order in which they come.</summary>
    public async Task<List<BasicGetResult>> Drain(string queue)
    {
        await using var channel = await _connection.CreateChannelAsync();
        var messages = new List<BasicGetResult>();
        try
        {
            while (await channel.BasicGetAsync(queue, autoAck: true) is { } message) messages.Add(message);
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            // Nothing has ever been in it.
        }
        return messages;
    }

    public async Task<int> Count(string queue)
    {
        await using var channel = await _connection.CreateChannelAsync();
        try
        {
            return (int)await channel.MessageCountAsync(queue);
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return 0;
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}

/// <summary>A message that died, with the headers that MassTransit gives it.</summary>
public sealed record DeadMessage
{
    public const string Timeout = "Npgsql.NpgsqlException";
    public const string Bug = "System.InvalidOperationException";

    public Guid Id { get; init; } = Guid.CreateVersion7();

    public Guid Job { get; init; } = Guid.CreateVersion7();

    /// <summary>Null for a message that nobody wanted.</summary>
    public string? Exception { get; init; } = Timeout;

    public string Says { get; init; } = "It took too long.";

    public DateTimeOffset DiedAt { get; init; } = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    public byte Priority { get; init; } = 3;

    public string Type { get; init; } = "FetchMembers";

    public string Message { get; init; } = "";

    public BasicProperties Properties()
    {
        var headers = new Dictionary<string, object?>
        {
            ["Content-Type"] = "application/vnd.masstransit+json", ["MT-Activity-Id"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            ["MT-Redelivery-Count"] = 37, ["MT-Host-MachineName"] = "worker-1", ["MT-Reason"] = Exception is null ? "dead-letter" : "fault",
        };
        if (Exception is not null)
        {
            (headers["MT-Fault-ExceptionType"], headers["MT-Fault-Message"]) = (Exception, Says);
            (headers["MT-Fault-Timestamp"], headers["MT-Fault-StackTrace"]) = (DiedAt.ToString("O"), "at the place where it happened");
        }
        return new BasicProperties
        {
            MessageId = Id.ToString(), ContentType = "application/vnd.masstransit+json", Persistent = true, Priority = Priority, Headers = headers, CorrelationId = "kept",
        };
    }

    public byte[] Body() => Encoding.UTF8.GetBytes($$$"""
        {"messageId":"{{{Id}}}","messageType":["urn:message:BatchBus.Contracts:{{{Type}}}"],"message":{"jobId":"{{{Job}}}"{{{Message}}},"big":12345678901234567890.10},
         "sentTime":{{{JsonSerializer.Serialize(DiedAt)}}},"headers":{"MT-Redelivery-Count":37,"mine":"\ud83d\ude00"}}
        """);
}
