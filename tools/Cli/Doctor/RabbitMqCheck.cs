using System.Text;
using BatchBus.Hosting;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace BatchBus.Cli.Doctor;

/// <summary>RabbitMQ and its queues.</summary>
sealed class RabbitMqCheck(RabbitMqOptions options)
{
    const string Server = "RabbitMQ", Queue = "queues";

    static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(15);

    readonly Uri _address = new(options.Uri);

    public async Task<IReadOnlyList<Finding>> Run(CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeLimit);
        try
        {
            await using var connection = await new BrokerConnections(Options.Create(options)).Open("batchbus doctor", limit.Token);
            return [Finding.Ok(Server, $"Version {Version(connection)} at {Place} takes our connection."), await CheckQueues(connection, limit.Token)];
        }
        catch (BrokerUnreachableException e)
        {
            return [Finding.Failed(Server, Why(e.InnerException ?? e))];
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return [Finding.Failed(Server, $"{Place} has not answered within {TimeLimit.TotalSeconds:0} s. Look at its log, and at ConnectionStrings__RabbitMq.")];
        }
    }

    static async Task<Finding> CheckQueues(IConnection connection, CancellationToken ct)
    {
        var (missing, unread, read) = (new List<string>(), new List<string>(), new List<string>());
        foreach (var queue in Queues.All)
        {
            var found = await PassiveLook.At(connection, queue, ct);
            (found?.ConsumerCount switch { null => missing, 0 => unread, _ => read }).Add(queue);
        }
        if (missing.Count > 0) return Finding.Warning(Queue, $"Not declared yet: {string.Join(", ", missing)}. The first service that starts declares them.");
        return unread.Count > 0
            ? Finding.Warning(Queue, $"Nobody reads {string.Join(", ", unread)}: start Api (batch-jobs, worker-heartbeats), Fetcher (fetch-members) or Ingest (member-pages).")
            : Finding.Ok(Queue, $"{string.Join(", ", read)} are there, and each is read.");
    }

    string Place => $"{_address.Host}:{(_address.Port > 0 ? _address.Port : 5672)}";

    static string Version(IConnection connection) =>
        connection.ServerProperties?.TryGetValue("version", out var version) == true && version is byte[] text ? Encoding.UTF8.GetString(text) : "unknown";

    string Why(Exception e) => e switch
    {
        AuthenticationFailureException or PossibleAuthenticationFailureException => $"{Place} refuses the login. Correct user and password in ConnectionStrings__RabbitMq.",
        OperationInterruptedException refused => $"{Place} refuses: {refused.ShutdownReason?.ReplyText ?? refused.Message}. Look at the virtual host in ConnectionStrings__RabbitMq, and at the user's rights on it.",
        _ => $"{Place} cannot be reached: {e.GetBaseException().Message.TrimEnd('.')}. Start it, or correct ConnectionStrings__RabbitMq.",
    };
}
