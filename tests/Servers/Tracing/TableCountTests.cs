using BatchBus.Api.Gauges;
using Npgsql;

namespace BatchBus.Tests.Servers.Tracing;

public class TableCountTests
{
    [Fact]
    public async Task Counting_leaves_the_readers_of_others_alone()
    {
        await using var database = await MigratedDatabase.Create();
        // Two connections for all of them: each gets the one, and the reader with it, that another has just given back.
        await using var few = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxPoolSize = 2 });
        using var counted = new CancellationTokenSource();
        var rows = Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            var reads = 0;
            for (; !counted.IsCancellationRequested; reads++) Assert.Equal(5_000, await Rows(few));
            return reads;
        })));
        for (var i = 0; i < 300 && !rows.IsFaulted; i++) Assert.Equal(4, (await TableCounts.Read(few, TestContext.Current.CancellationToken)).Workers.Count);
        await counted.CancelAsync();
        Assert.All(await rows, reads => Assert.NotEqual(0, reads));
    }

    static async Task<int> Rows(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand("SELECT repeat('x', 100) FROM generate_series(1, 5000)");
        await using var reader = await command.ExecuteReaderAsync();
        var rows = 0;
        while (await reader.ReadAsync()) rows++;
        return rows;
    }
}
