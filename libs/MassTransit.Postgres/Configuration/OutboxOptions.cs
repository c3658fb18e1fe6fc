namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>The checked options; see <see cref="EntityFrameworkOutboxConfigurator{TDb}"/> for what each means.</summary>
sealed record OutboxOptions<TDb>(
    TimeSpan DuplicateDetectionWindow,
    TimeSpan QueryDelay,
    int QueryMessageLimit,
    TimeSpan MessageDeliveryTimeout,
    int MaxDeliveryAttempts);
