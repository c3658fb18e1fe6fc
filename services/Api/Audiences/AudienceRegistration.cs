namespace BatchBus.Api.Audiences;

static class AudienceRegistration
{
    public static IServiceCollection AddAudiences(this IServiceCollection services)
    {
        services.AddOptions<AudienceOptions>().BindConfiguration(AudienceOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddScoped<AudienceQueries>().AddScoped<MemberQueries>().AddScoped<AudienceDeletion>();
        services.AddSingleton<MemberDeletionService>();
        return services.AddHostedService(provider => provider.GetRequiredService<MemberDeletionService>());
    }
}
