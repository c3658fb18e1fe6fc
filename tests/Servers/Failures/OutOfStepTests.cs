using BatchBus.Hosting.Redelivery;
using Npgsql;

namespace BatchBus.Tests.Servers.Failures;

/// <summary>Npgsql's failure after a failure. When a new version has mended it, this test ends, and <see cref="OutOfStep"/> may go.</summary>
public sealed class OutOfStepTests
{
    [Fact]
    public async Task A_connection_that_has_lost_step_passes_and_is_replaced()
    {
        var once = new NpgsqlConnectionStringBuilder(TestServers.Postgres) { MaxPoolSize = 1, MaxAutoPrepare = 10, AutoPrepareMinUsages = 1 };
        await using var database = NpgsqlDataSource.Create(once);

        var refused = await Record.ExceptionAsync(() => Divide(database, by: 0));
        Assert.Equal(PostgresErrorCodes.DivisionByZero, Assert.IsType<PostgresException>(refused).SqlState);
        Assert.False(RetryRings.CanPass(refused));

        var outOfStep = await Record.ExceptionAsync(() => Divide(database, by: 1));
        Assert.NotNull(outOfStep);
        Assert.True(OutOfStep.Is(outOfStep), outOfStep.ToString());
        Assert.True(RetryRings.CanPass(new InvalidOperationException("What EF Core puts around it.", outOfStep)));

        await Divide(database, by: 1);
    }

    // PostgreSQL divides constants when it plans the statement, which is before it describes the result.
    static async Task Divide(NpgsqlDataSource database, int by)
    {
        await using var command = database.CreateCommand("SELECT 1 / $1");
        command.Parameters.Add(new NpgsqlParameter { Value = by });
        Assert.Equal(1, await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }
}
