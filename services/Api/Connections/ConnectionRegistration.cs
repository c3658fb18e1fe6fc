using BatchBus.Secrets;
using BatchBus.Whop;

namespace BatchBus.Api.Connections;

static class ConnectionRegistration
{
    /// <summary>Adds what connections need: the cipher of their keys and the client that checks them.</summary>
    public static IServiceCollection AddWhopConnections(this IServiceCollection services) =>
        services.AddApiKeyCipher().AddWhopClient().AddHttpContextAccessor().AddScoped<ConnectionStore>().AddScoped<KeyCheck>();
}
