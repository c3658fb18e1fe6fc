namespace BatchBus.Api.Admission;

static class AdmissionRegistration
{
    public static IServiceCollection AddAdmission(this IServiceCollection services)
    {
        services.AddOptions<AdmissionOptions>().BindConfiguration(AdmissionOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<SliceOptions>().BindConfiguration(SliceOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddScoped<AdmissionQueue>();
        services.AddSingleton<AdmissionSignal>();
        services.AddHostedService(provider => provider.GetRequiredService<AdmissionSignal>());
        return services.AddHostedService<AdmissionService>();
    }
}
