using Microsoft.Extensions.DependencyInjection;

namespace BatchBus.Secrets;

/// <summary>Adds the cipher to a service.</summary>
public static class SecretsRegistration
{
    /// <summary>Adds <see cref="ApiKeyCipher"/> with its validated options.</summary>
    /// <param name="services">The service's container.</param>
    public static IServiceCollection AddApiKeyCipher(this IServiceCollection services)
    {
        services.AddOptions<SecretsOptions>().BindConfiguration(SecretsOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        return services.AddSingleton<ApiKeyCipher>();
    }
}
