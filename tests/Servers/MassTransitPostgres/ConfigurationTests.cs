using MassTransit;
using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace BatchBus.Tests.Servers.MassTransitPostgres;

// Needs no server; lives here with the rest of the library's tests.
public sealed class ConfigurationTests
{
    public static TheoryData<Action<EntityFrameworkOutboxConfigurator<OrderDb>>, string> WrongOptions => new()
    {
        { o => o.QueryDelay = TimeSpan.Zero, nameof(EntityFrameworkOutboxConfigurator<>.QueryDelay) },
        { o => o.QueryMessageLimit = 0, nameof(EntityFrameworkOutboxConfigurator<>.QueryMessageLimit) },
        { o => o.MessageDeliveryTimeout = TimeSpan.Zero, nameof(EntityFrameworkOutboxConfigurator<>.MessageDeliveryTimeout) },
        { o => o.MaxDeliveryAttempts = 0, nameof(EntityFrameworkOutboxConfigurator<>.MaxDeliveryAttempts) },
        { o => o.DuplicateDetectionWindow = TimeSpan.Zero, nameof(EntityFrameworkOutboxConfigurator<>.DuplicateDetectionWindow) },
    };

    [Theory]
    [MemberData(nameof(WrongOptions), DisableDiscoveryEnumeration = true)]
    public void A_wrong_option_is_refused_by_name(Action<EntityFrameworkOutboxConfigurator<OrderDb>> mistake, string option)
    {
        var error = Assert.Throws<ConfigurationException>(() => AddOutbox(o =>
        {
            o.UsePostgres();
            mistake(o);
        }));

        Assert.Contains(option, error.Message);
    }

    [Theory]
    [InlineData(120, true)]
    [InlineData(0, false)]
    public void The_duplicate_detection_window_may_come_from_the_container(int minutes, bool isRight)
    {
        var services = new ServiceCollection();
        services.AddMassTransit(x => x.AddEntityFrameworkOutbox<OrderDb>(o =>
        {
            o.UsePostgres();
            o.SetDuplicateDetectionWindow(provider => provider.GetRequiredService<Window>().Length);
        }));
        using var provider = services.AddSingleton(new Window(TimeSpan.FromMinutes(minutes))).BuildServiceProvider();
        TimeSpan Read() => provider.GetRequiredService<OutboxOptions<OrderDb>>().DuplicateDetectionWindow;
        if (isRight) Assert.Equal(TimeSpan.FromMinutes(minutes), Read());
        else Assert.Contains("DuplicateDetectionWindow", Assert.Throws<ConfigurationException>(() => Read()).Message);
    }

    [Fact]
    public void The_database_must_be_named() =>
        Assert.Contains("UsePostgres()", Assert.Throws<ConfigurationException>(() => AddOutbox(_ => { })).Message);

    [Fact]
    public void Optimistic_concurrency_is_refused() =>
        Assert.Throws<ConfigurationException>(() => new ServiceCollection().AddMassTransit(x => x.AddSagaStateMachine<OrderStateMachine, Order>()
            .EntityFrameworkRepository(r => r.ConcurrencyMode = ConcurrencyMode.Optimistic)));

    [Fact]
    public void Columns_have_the_same_names_with_and_without_a_naming_convention()
    {
        Assert.Equal(Columns(x => x), Columns(x => x.UseSnakeCaseNamingConvention()));
        Assert.Contains("outbox.next_attempt_at", Columns(x => x));
    }

    static void AddOutbox(Action<EntityFrameworkOutboxConfigurator<OrderDb>> configure) =>
        new ServiceCollection().AddMassTransit(x => x.AddEntityFrameworkOutbox(configure));

    sealed record Window(TimeSpan Length);

    static List<string> Columns(Func<DbContextOptionsBuilder<OrderDb>, DbContextOptionsBuilder> convention)
    {
        var builder = new DbContextOptionsBuilder<OrderDb>().UseNpgsql("Host=nowhere");
        convention(builder);
        using var db = new OrderDb(builder.Options);
        return [.. new[] { typeof(InboxState), typeof(OutboxMessage) }.SelectMany(x => db.Model.FindEntityType(x)!.GetProperties())
            .Select(x => $"{x.DeclaringType.GetTableName()}.{x.GetColumnName()}")];
    }
}
