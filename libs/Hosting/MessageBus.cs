using BatchBus.Hosting.Broker;
using BatchBus.Hosting.Redelivery;
using BatchBus.Hosting.Tracing;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BatchBus.Hosting;

/// <summary>The bus that every service is on: MassTransit over RabbitMQ.</summary>
public static class MessageBus
{
    // A frozen process, or a machine that is gone without a word, keeps its messages until the broker misses about two of these.
    static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Adds the bus at <c>ConnectionStrings__RabbitMq</c> with the consumers and sagas of this service. The process starts without a broker,
    /// too; readiness says that it is missing.
    /// </summary>
    /// <param name="builder">The service's builder.</param>
    /// <param name="configure">Adds this service's consumers and sagas, each with a definition that names its queue.</param>
    public static WebApplicationBuilder AddMessageBus(this WebApplicationBuilder builder, Action<IBusRegistrationConfigurator> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOptions<RabbitMqOptions>().BindConfiguration(RabbitMqOptions.SectionName)
            .Configure(options => options.Uri = builder.Configuration.GetConnectionString("RabbitMq") ?? "")
            .ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<BrokerCertificates>();
        builder.Services.AddSingleton(services =>
            new BrokerConnections(services.GetRequiredService<IOptions<RabbitMqOptions>>(), services.GetRequiredService<BrokerCertificates>()));
        builder.Services.Configure<MassTransitHostOptions>(options => options.StopTimeout = ServiceDefaults.ShutdownTimeout);
        // MassTransit would report its use to its makers; what runs here is nobody else's business.
        builder.Services.Configure<UsageTelemetryOptions>(options => options.Enabled = false);
        builder.Services.AddSingleton<BlockedPublishers>();
        builder.Services.AddSingleton<RefusedPublishers>();
        builder.Services.AddSendObserver(services => services.GetRequiredService<RefusedPublishers>());
        builder.Services.AddPublishObserver(services => services.GetRequiredService<RefusedPublishers>());
        builder.Services.AddSingleton<BrokerWait>();
        builder.Services.AddSingleton(services => new BrokerState(services.GetRequiredService<BrokerWait>(), services.GetRequiredService<BlockedPublishers>()));
        builder.Services.AddHealthChecks().AddCheck<QueueHealth>("queues");
        builder.Services.AddMassTransit(bus =>
        {
            configure(bus);
            bus.UsingRabbitMq((context, rabbit) =>
            {
                var options = context.GetRequiredService<IOptions<RabbitMqOptions>>().Value;
                rabbit.Host(new Uri(options.Uri), host =>
                {
                    Connect(host, options, context.GetRequiredService<BrokerCertificates>());
                    var (wait, stopping) = (context.GetRequiredService<BrokerWait>(), context.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
                    host.OnRefreshConnectionFactory = _ => wait.UntilItAnswers(stopping);
                });
                rabbit.DeclareQueues(options.IsQuorum);
                rabbit.UseSentTime(context.GetRequiredService<TimeProvider>());
                context.GetRequiredService<BlockedPublishers>().Watch(rabbit); // before the first declaration: a connection that is blocked answers none
                context.GetRequiredService<RefusedPublishers>().Watch(rabbit);
                rabbit.UseSteadyEndpoints(); // before the other observers, whose work it looks after
                rabbit.UseJobSpans(context.GetRequiredService<ILoggerFactory>().CreateLogger(nameof(JobSpans)));
                rabbit.UseDelayQueues(options.IsQuorum, context.GetRequiredService<TimeProvider>());
                rabbit.ConfigureEndpoints(context);
            });
        });
        return builder;
    }

    static void Connect(IRabbitMqHostConfigurator host, RabbitMqOptions options, BrokerCertificates certificates)
    {
        host.Heartbeat(Heartbeat);
        if (options.IsEncrypted) host.UseSsl(certificates.Apply);
        BrokerNode[] nodes = [.. BrokerNode.All(options)!];
        if (nodes.Length == 1) return;
        // Each process begins elsewhere, so that not all of them are on the first.
        Random.Shared.Shuffle(nodes);
        host.UseCluster(cluster => Array.ForEach(nodes, node => cluster.Node(node.ToString())));
    }
}
