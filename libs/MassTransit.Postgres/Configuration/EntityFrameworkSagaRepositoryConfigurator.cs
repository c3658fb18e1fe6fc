using MassTransit.Configuration;
using MassTransit.EntityFrameworkCoreIntegration;
using MassTransit.Saga;
using Microsoft.EntityFrameworkCore;

namespace MassTransit;

/// <summary>Says where a saga's instances are kept and how concurrent events on one instance are kept apart.</summary>
public sealed class EntityFrameworkSagaRepositoryConfigurator<TSaga>
    where TSaga : class, ISaga
{
    Action<ISagaRepositoryRegistrationConfigurator<TSaga>>? _register;
    ConcurrencyMode _concurrencyMode = ConcurrencyMode.Pessimistic;
    bool _isPostgres;

    internal EntityFrameworkSagaRepositoryConfigurator()
    {
    }

    /// <summary>
    /// How concurrent events on one instance are kept apart; only <see cref="MassTransit.ConcurrencyMode.Pessimistic"/> (the default), a row lock.
    /// </summary>
    /// <exception cref="ConfigurationException">Another mode was asked for.</exception>
    public ConcurrencyMode ConcurrencyMode
    {
        get => _concurrencyMode;
        set => _concurrencyMode = value is ConcurrencyMode.Pessimistic
            ? value
            : throw new ConfigurationException($"{typeof(TSaga).Name}: this saga repository locks rows; {value} concurrency is not supported.");
    }

    /// <summary>Uses the context that the container resolves for each message's scope.</summary>
    public void ExistingDbContext<TDb>()
        where TDb : DbContext =>
        _register = r =>
        {
            r.RegisterSagaRepository<TSaga, TDb, SagaConsumeContextFactory<TDb, TSaga>, PostgresSagaContextFactory<TSaga, TDb>>();
            r.RegisterLoadSagaRepository<TSaga, PostgresSagaContextFactory<TSaga, TDb>>();
            r.RegisterQuerySagaRepository<TSaga, PostgresSagaContextFactory<TSaga, TDb>>();
        };

    /// <summary>Says that the context is on PostgreSQL, the only database whose row locks this repository knows; must be called.</summary>
    public void UsePostgres() => _isPostgres = true;

    internal Action<ISagaRepositoryRegistrationConfigurator<TSaga>> Build()
    {
        if (_register is null)
            throw new ConfigurationException($"The saga repository of {typeof(TSaga).Name} needs a context: call ExistingDbContext<TDb>().");
        if (!_isPostgres)
            throw new ConfigurationException($"The saga repository of {typeof(TSaga).Name} needs its database named: call UsePostgres().");
        return _register;
    }
}
