using BatchBus.Api.Jobs;
using BatchBus.Database;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace BatchBus.Api.Data;

static class DataRegistration
{
    public static WebApplicationBuilder AddApiDatabase(this WebApplicationBuilder builder)
    {
        builder.Services.AddDatabase(builder.Configuration, TellsSomething);
        // No EnableRetryOnFailure: the saga's transaction spans several saves, and its queue retries the message as a whole.
        builder.Services.AddDbContext<ApiDbContext>((provider, options) => options
            .UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>())
            .UseSnakeCaseNamingConvention()
            .AddInterceptors(provider.GetRequiredService<JobChanges>()), optionsLifetime: ServiceLifetime.Singleton);
        builder.Services.AddSingleton<JobMeter>().AddSingleton<JobChanges>();
        builder.Services.AddScoped<UserView>();
        return builder;
    }

    // That a message is new is the rule; what takes time is the saga's own.
    static bool TellsSomething(NpgsqlCommand command) => !command.CommandText.StartsWith("INSERT INTO inbox ", StringComparison.Ordinal);
}
