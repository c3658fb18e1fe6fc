using BatchBus.Api.Data;
using BatchBus.Database;
using Microsoft.EntityFrameworkCore;

namespace BatchBus.Tests.Servers;

/// <summary>
/// Databases with BatchBus' schema. Migrated once, then copied: the migrations make roles, which the whole server shares, so that two
/// databases cannot be migrated at once.
/// </summary>
public static class MigratedDatabase
{
    public const string Password = "batchbus-test";

    static readonly SemaphoreSlim OneAtATime = new(1, 1);
    static TestDatabase? _template;

    public static async Task<TestDatabase> Create()
    {
        await OneAtATime.WaitAsync();
        try
        {
            return await TestDatabase.Create(template: (_template ??= await CreateTemplate()).Name);
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    /// <summary>Does something that changes roles, or looks at them, while nobody else migrates; the roles are there by then.</summary>
    public static async Task Alone(Func<Task> action)
    {
        await OneAtATime.WaitAsync();
        try
        {
            _template ??= await CreateTemplate();
            await action();
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    /// <summary>The tables as Api sees them, with its role.</summary>
    internal static ApiDbContext ApiContext(TestDatabase database) => new(new DbContextOptionsBuilder<ApiDbContext>()
        .UseNpgsql(database.As(LoginRoles.Api, Password)).UseSnakeCaseNamingConvention().Options, TimeProvider.System);

    /// <summary>Drops the template; the assembly's fixture calls it when all tests have run.</summary>
    public static ValueTask Drop() => _template?.DisposeAsync() ?? ValueTask.CompletedTask;

    static async Task<TestDatabase> CreateTemplate()
    {
        var database = await TestDatabase.Create();
        await new MigrationRunner(database.ConnectionString).Apply(TestContext.Current.CancellationToken);
        await LoginRoles.SetPasswords(database.ConnectionString, Password, Password, TestContext.Current.CancellationToken);
        return database;
    }
}

/// <summary>Cleans up after the last test.</summary>
public sealed class TestRun : IAsyncDisposable
{
    public ValueTask DisposeAsync() => MigratedDatabase.Drop();
}
