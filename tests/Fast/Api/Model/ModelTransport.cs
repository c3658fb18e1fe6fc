using System.Reflection;
using MassTransit;

namespace BatchBus.Tests.Fast.Api.Model;

/// <summary>MassTransit's side of a message, as far as a state machine uses it: what it publishes is kept, and services come from the model.</summary>
sealed class ModelTransport
{
    readonly IServiceProvider _services;
    readonly ReceiveContext _receive;
    readonly IPublishEndpointProvider _publish;
    readonly Task<ISendEndpoint> _endpoint;

    public ModelTransport(IServiceProvider services)
    {
        _services = services;
        (Consume, _receive, _publish) = (Part<ConsumeContext>(), Part<ReceiveContext>(), Part<IPublishEndpointProvider>());
        _endpoint = Task.FromResult(Part<ISendEndpoint>());
    }

    public ConsumeContext Consume { get; }

    public List<object> Sent { get; set; } = [];

    // Interfaces of dozens of members, of which these few are called; any other says so.
    object? Answer(MethodInfo called, object?[] arguments)
    {
        switch (called.Name)
        {
            case "get_ReceiveContext": return _receive;
            case "get_PublishEndpointProvider": return _publish;
            case "GetPublishSendEndpoint": return _endpoint;
            case "get_SerializerContext" or "AddConsumeTask": return null;
            case "get_CancellationToken": return CancellationToken.None;
            case "Send":
                Sent.Add(arguments[0]!);
                return Task.CompletedTask;
            case "TryGetPayload" when called.GetGenericArguments()[0] == typeof(IServiceProvider):
                arguments[0] = _services;
                return true;
            default: throw new NotSupportedException($"The model has no {called}.");
        }
    }

    T Part<T>() where T : class
    {
        var part = DispatchProxy.Create<T, Proxy>();
        ((Proxy)(object)part).Owner = this;
        return part;
    }

    public class Proxy : DispatchProxy
    {
        internal ModelTransport Owner { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Owner.Answer(targetMethod!, args ?? []);
    }
}
