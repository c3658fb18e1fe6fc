namespace MassTransit;

/// <summary>Keeps saga instances in PostgreSQL, through Entity Framework Core.</summary>
public static class EntityFrameworkSagaRepositoryExtensions
{
    /// <summary>Keeps the saga's instances as rows of an Entity Framework Core context.</summary>
    /// <param name="configurator">What <c>AddSaga</c> or <c>AddSagaStateMachine</c> returned.</param>
    /// <param name="configure">Names the context: <c>r.ExistingDbContext&lt;TDb&gt;(); r.UsePostgres();</c></param>
    /// <exception cref="ConfigurationException">The context or the database was not named.</exception>
    public static ISagaRegistrationConfigurator<TSaga> EntityFrameworkRepository<TSaga>(
        this ISagaRegistrationConfigurator<TSaga> configurator, Action<EntityFrameworkSagaRepositoryConfigurator<TSaga>> configure)
        where TSaga : class, ISaga
    {
        ArgumentNullException.ThrowIfNull(configurator);
        ArgumentNullException.ThrowIfNull(configure);

        var repository = new EntityFrameworkSagaRepositoryConfigurator<TSaga>();
        configure(repository);
        return configurator.Repository(repository.Build());
    }
}
