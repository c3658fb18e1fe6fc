using System.Net.Sockets;
using MassTransit.Serialization;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>Sends one row and says what became of it; no failure of one row reaches its neighbours.</summary>
sealed class OutboxSender(IBus bus, MessageEndpoints endpoints, TimeProvider clock)
{
    public async Task<SendResult> Send(OutboxMessage row, TimeSpan timeLimit, CancellationToken stop)
    {
        if (row.ExpirationTime <= clock.GetUtcNow().UtcDateTime) return new Expired(row);

        StoredMessage message;
        ISendEndpoint endpoint;
        try
        {
            message = new StoredMessage(row);
            endpoint = await endpoints.Find(bus, message);
        }
        catch (Exception e)
        {
            // Nothing was sent so far: an address that cannot be read, or a scheme or name the transport does not know.
            return new Failure(row, e, IsBrokerTrouble(e) ? Cause.Broker : Cause.Message);
        }

        return await Send(message, endpoint, timeLimit, stop);
    }

    async Task<SendResult> Send(StoredMessage message, ISendEndpoint endpoint, TimeSpan timeLimit, CancellationToken stop)
    {
        using var time = new CancellationTokenSource(timeLimit, clock);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(time.Token, stop);
        using var attempt = new SendAttempt(message, ended);
        using var span = DeliverySpan.Start(message);
        try
        {
            // Waiting has an end of its own, for a transport whose channel has just broken may overlook the token.
            await endpoint.Send(new SerializedMessageBody(), attempt, ended.Token).WaitAsync(ended.Token);
            return new Delivered(message.Row);
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            return new Interrupted(message.Row);
        }
        catch (Exception e)
        {
            return Failed(message.Row, attempt, e, timeLimit);
        }
    }

    static Failure Failed(OutboxMessage row, SendAttempt attempt, Exception thrown, TimeSpan timeLimit)
    {
        var error = attempt.Error is null or OperationCanceledException ? thrown : attempt.Error;
        if (error is OperationCanceledException)
            return new Failure(row, new TimeoutException($"No answer from the broker within {timeLimit}.", error), Cause.Silence);

        var cause = attempt.LiesInRow ? Cause.Message : IsBrokerTrouble(error) ? Cause.Broker : Cause.Unclear;
        return new Failure(row, error, cause, WasReached: error == attempt.Error);
    }

    static bool IsBrokerTrouble(Exception? error) =>
        error is ConnectionException or TransportException or TransportUnavailableException or OperationCanceledException or TimeoutException
            or IOException or SocketException or ObjectDisposedException
        || (error is not null && IsBrokerTrouble(error.InnerException));
}
