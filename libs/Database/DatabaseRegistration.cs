using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BatchBus.Database;

/// <summary>Adds the database to a service.</summary>
public static class DatabaseRegistration
{
    /// <summary>Adds the data source at <c>ConnectionStrings__Postgres</c>, its readiness, and the check at start that the schema is not too old.</summary>
    /// <param name="services">The service's container.</param>
    /// <param name="configuration">The service's settings.</param>
    /// <param name="tells">Which single statements tell something in a trace, and get a span there; all by default, and batches of them then, too.</param>
    public static IServiceCollection AddDatabase(this IServiceCollection services, IConfiguration configuration, Func<NpgsqlCommand, bool>? tells = null)
    {
        services.AddOptions<PostgresOptions>()
            .Configure(options => options.ConnectionString = configuration.GetConnectionString("Postgres") ?? "")
            .ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider =>
        {
            var source = new NpgsqlDataSourceBuilder(provider.GetRequiredService<IOptions<PostgresOptions>>().Value.ConnectionString);
            RememberStatements(source.ConnectionStringBuilder);
            source.ConfigureTracing(spans => spans
                .ConfigureCommandFilter(command => IsTraced && tells?.Invoke(command) != false)
                .ConfigureBatchFilter(_ => IsTraced && tells is null) // who chooses, chooses among single statements
                .EnablePhysicalOpenTracing(false).EnableFirstResponseEvent(false));
            return source.Build();
        });
        services.AddHostedService<SchemaCheck>();
        services.AddHealthChecks().AddCheck<PostgresHealth>("postgres");
        return services;
    }

    // A service has a few dozen statements and sends each of them thousands of times: parsing and planning them anew was most of what they cost.
    // Nothing that it sets outlives its transaction, so a connection needs no cleaning between two users. A connection string may say otherwise.
    static void RememberStatements(NpgsqlConnectionStringBuilder connection)
    {
        if (!connection.ShouldSerialize("Max Auto Prepare")) connection.MaxAutoPrepare = 100;
        if (!connection.ShouldSerialize("No Reset On Close")) connection.NoResetOnClose = true;
    }

    // What the loops in the background ask for is nobody's trace.
    static bool IsTraced => Activity.Current is { Recorded: true };
}
