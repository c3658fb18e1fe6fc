using System.Net;
using System.Text.Json;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BatchBus.Tests.Servers.MassTransitPostgres;

/// <summary>A database with the outbox's tables, a virtual host, and hosts of the order service on both.</summary>
public abstract class OrderServers : IAsyncLifetime
{
    // Of a host's stop, for which MassTransit does not keep to the host's own, and of its start.
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    readonly List<IHost> _hosts = [];

    protected TestDatabase Database { get; private set; } = null!;

    protected TestVirtualHost VirtualHost { get; private set; } = null!;

    protected Recorder Recorder { get; } = new();

    protected Meeting Meeting { get; } = new();

    protected LogLines Log { get; } = new();

    protected virtual SagaSetup Setup => new(UsesInbox: true);

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Database = await TestDatabase.Create();
        VirtualHost = await TestVirtualHost.Create();
        await Database.Execute(OrderDb.Schema);
    }

    public async ValueTask DisposeAsync()
    {
        Meeting.End();
        foreach (var host in _hosts)
        {
            await host.StopAsync(CancellationToken.None).WaitAsync(Limit);
            host.Dispose();
        }

        if (VirtualHost is not null) await VirtualHost.DisposeAsync();
        if (Database is not null) await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A host with saga, consumers and outbox; stopped at the end unless the test stops it.</summary>
    protected async Task<IHost> Start(
        Action<EntityFrameworkOutboxConfigurator<OrderDb>>? outbox = null, bool consumes = true, int? port = null,
        Action<IRabbitMqBusFactoryConfigurator>? bus = null)
    {
        var builder = new HostApplicationBuilder();
        builder.Logging.ClearProviders().AddProvider(Log).SetMinimumLevel(LogLevel.Information);
        builder.Services.AddSingleton(Recorder).AddSingleton(Meeting).AddSingleton(Setup);
        builder.Services.Configure<MassTransitHostOptions>(x => x.WaitUntilStarted = port is null);
        builder.Services.AddDbContext<OrderDb>(x => x.UseNpgsql(Database.ConnectionString).UseSnakeCaseNamingConvention());
        builder.Services.AddMassTransit(x =>
        {
            x.AddEntityFrameworkOutbox<OrderDb>(o =>
            {
                o.UsePostgres();
                o.UseBusOutbox();
                outbox?.Invoke(o);
            });
            if (consumes) AddConsumers(x);
            x.UsingRabbitMq((context, cfg) =>
            {
                var server = TestServers.RabbitMq;
                cfg.Host(server.Host, (ushort)(port ?? server.Port), VirtualHost.Name, _ => { });
                cfg.PrefetchCount = 32;
                bus?.Invoke(cfg);
                cfg.ConfigureEndpoints(context);
            });
        });
        var host = builder.Build();
        _hosts.Add(host);
        await host.StartAsync(Cancel);
        return host;
    }

    protected static async Task BecomesHealthy(IHost host) =>
        Assert.Equal(BusHealthStatus.Healthy, await host.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, Limit));

    static void AddConsumers(IBusRegistrationConfigurator x)
    {
        x.AddSagaStateMachine<OrderStateMachine, Order, OrderSagaDefinition>().EntityFrameworkRepository(r =>
        {
            r.ExistingDbContext<OrderDb>();
            r.UsePostgres();
        });
        x.AddConsumer<ShippingConsumer, ShippingConsumerDefinition>();
        x.AddConsumer<RecordingConsumer>();
    }

    /// <summary>Publishes past the outbox, as another service would.</summary>
    protected static Task Publish<T>(IHost host, T message, Guid? messageId = null, Action<PublishContext<T>>? configure = null)
        where T : class =>
        host.Services.GetRequiredService<IBus>().Publish(message, x =>
        {
            if (messageId is not null) x.MessageId = messageId;
            configure?.Invoke(x);
        }, Cancel);

    /// <summary>What an HTTP request does: a scope with a context and a publish endpoint.</summary>
    protected static async Task Request(IHost host, Func<OrderDb, IPublishEndpoint, Task> handle)
    {
        await using var scope = host.Services.CreateAsyncScope();
        await handle(scope.ServiceProvider.GetRequiredService<OrderDb>(), scope.ServiceProvider.GetRequiredService<IPublishEndpoint>());
    }

    /// <summary>Writes notices to the outbox and commits them.</summary>
    protected static Task WriteNotices(IHost host, params IReadOnlyList<string> texts) => Request(host, async (db, publisher) =>
    {
        foreach (var text in texts) await publisher.Publish(new Notice(text), Cancel);
        await db.SaveChangesAsync(Cancel);
    });

    protected Task<T> Sql<T>(string sql, params object[] parameters) => Database.Scalar<T>(sql, parameters);

    protected Task OutboxIsEmpty() => Eventually.True(async () => await Sql<long>("SELECT count(*) FROM outbox") == 0, "an empty outbox");

    protected Task OutboxHas(long count, string condition) => Eventually.True(
        async () => await Sql<long>($"SELECT count(*) FROM outbox WHERE {condition}") == count, $"{count} rows with {condition}");

    protected Task NoticesArrive(params IReadOnlyList<string> texts) => Eventually.True(
        () => Task.FromResult(!texts.Except(Recorder.All<Notice>().Select(x => ((Notice)x.Message).Text)).Any()),
        $"the notices {string.Join(", ", texts)}");

    protected Task Recorded<T>(int count) =>
        Eventually.True(() => Task.FromResult(Recorder.Count<T>() == count), $"{count} of {typeof(T).Name}");

    protected Task QueueHas(int messages, string name) => Eventually.True(
        async () => (await Queue(name))?.TryGetProperty("messages", out var count) == true && count.GetInt32() == messages,
        $"{messages} messages in the queue {name}");

    /// <summary>A queue as the management API shows it; null when there is none.</summary>
    protected async Task<JsonElement?> Queue(string name)
    {
        using var answer = await VirtualHost.Management.GetAsync(new Uri($"api/queues/{VirtualHost.Name}/{name}", UriKind.Relative), Cancel);
        if (answer.StatusCode == HttpStatusCode.NotFound) return null;
        return JsonElement.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Cancel));
    }
}
