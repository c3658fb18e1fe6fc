using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BatchBus.Hosting.Broker;

/// <summary>
/// Holds MassTransit back from connecting while no node of the broker answers. MassTransit waits longer after each connection that failed, up to
/// half a minute, and would be as late when the broker is back; so none fails while the broker is away.
/// </summary>
sealed class BrokerWait(IOptions<RabbitMqOptions> options, TimeProvider clock, ILogger<BrokerWait> log)
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1), AnswerTime = TimeSpan.FromSeconds(5);

    readonly IReadOnlyList<BrokerNode> _nodes = BrokerNode.All(options.Value)!;
    volatile string? _silence;

    /// <summary>Which nodes do not answer, and why; null when nobody waits for the broker.</summary>
    public string? Silence => _silence;

    /// <summary>Returns when a node answers, or at once when the process stops: then the connection is tried without, and fails with its own reason.</summary>
    public async Task UntilItAnswers(CancellationToken stopping)
    {
        try
        {
            while (await AllSilent(stopping) is { } silence)
            {
                if (_silence is null) log.LogWarning("Waiting for RabbitMQ: {Reason}", silence);
                _silence = silence;
                await Task.Delay(Pause, clock, stopping);
            }
            if (_silence is not null) log.LogInformation("RabbitMQ answers");
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Who stops has no time to wait.
        }
        _silence = null;
    }

    async Task<string?> AllSilent(CancellationToken stopping)
    {
        var silent = new List<string>();
        foreach (var node in _nodes)
        {
            if (await WhySilent(node, stopping) is not { } reason) return null;
            silent.Add($"{node} ({reason})");
        }
        return string.Join(", ", silent);
    }

    async Task<string?> WhySilent(BrokerNode node, CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(AnswerTime, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(node.Host.Trim('[', ']'), node.Port, either.Token);
            return null;
        }
        catch (SocketException e)
        {
            return e.Message;
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return "no answer in time";
        }
    }
}
