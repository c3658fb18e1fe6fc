using System.Net.Sockets;
using RabbitMQ.Client.Exceptions;

namespace BatchBus.Api.Broker;

/// <summary>Says 503 and what to do when RabbitMQ is away, for endpoints that need it for their answer.</summary>
static class BrokerOutage
{
    public static RouteGroupBuilder SayWhenTheBrokerIsAway(this RouteGroupBuilder group) => group.AddEndpointFilter(async (context, next) =>
    {
        try
        {
            return await next(context);
        }
        catch (Exception e) when (IsBrokerTrouble(e, context.HttpContext.RequestAborted))
        {
            return TypedResults.Problem($"RabbitMQ cannot be reached, or does not take a message ({e.GetBaseException().Message}). None is lost; what was not done is still there. "
                + "Try again when /health/ready says that the broker is back.", statusCode: StatusCodes.Status503ServiceUnavailable, title: "The broker does not answer");
        }
    });

    static bool IsBrokerTrouble(Exception e, CancellationToken aborted) =>
        e is RabbitMQClientException or IOException or SocketException or TimeoutException || (e is OperationCanceledException && !aborted.IsCancellationRequested);
}
