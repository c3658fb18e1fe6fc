using BatchBus.Api.Workers;
using BatchBus.Contracts;
using BatchBus.Database;
using Npgsql;

namespace BatchBus.Tests.Servers.Workers;

/// <summary>The list of workers is right whatever comes late, twice or out of order, and whoever writes it.</summary>
public sealed class WorkerTableTests : IAsyncLifetime
{
    static readonly DateTimeOffset Start = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    readonly Guid _worker = Guid.CreateVersion7();

    TestDatabase _database = null!;
    NpgsqlDataSource _login = null!;
    WorkerTable _table = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await MigratedDatabase.Create();
        _login = NpgsqlDataSource.Create(_database.As(LoginRoles.Api, MigratedDatabase.Password));
        _table = new WorkerTable(_login);
    }

    public async ValueTask DisposeAsync()
    {
        await _login.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_heartbeat_brings_the_row_up_to_date_and_says_how_many_cores_were_used()
    {
        Assert.True(await _table.Write(Heartbeat(0, processed: 5), Cancellation));
        Assert.Equal("active, 5 done, cores: none", await Row());
        Assert.True(await _table.Write(Heartbeat(10, processed: 90, processorSeconds: 15), Cancellation));
        Assert.Equal("active, 90 done, cores: 1.5", await Row());
    }

    [Fact]
    public async Task A_heartbeat_that_comes_twice_or_late_changes_nothing()
    {
        await _table.Write(Heartbeat(0, processed: 1), Cancellation);
        await _table.Write(Heartbeat(20, processed: 30, processorSeconds: 10), Cancellation);
        var before = await WholeRow();
        Assert.False(await _table.Write(Heartbeat(20, processed: 30, processorSeconds: 10), Cancellation));
        Assert.False(await _table.Write(Heartbeat(10, processed: 20, processorSeconds: 5), Cancellation));
        Assert.Equal(before, await WholeRow());
    }

    [Fact]
    public async Task What_comes_after_the_last_word_does_not_bring_a_worker_back()
    {
        await _table.Write(Heartbeat(0), Cancellation);
        await _table.Write(Heartbeat(12, stopping: true), Cancellation);
        var before = await WholeRow();
        Assert.False(await _table.Write(Heartbeat(10), Cancellation));
        Assert.False(await _table.Write(Heartbeat(20), Cancellation)); // from a clock that nobody knows
        Assert.Equal(before, await WholeRow());
        Assert.StartsWith("stopped", await Row(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_whose_only_word_is_its_last_has_stopped()
    {
        await _table.Write(Heartbeat(1, stopping: true), Cancellation);
        await _table.Write(Heartbeat(0), Cancellation);
        Assert.StartsWith("stopped", await Row(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_makes_an_active_worker_stale_and_no_other()
    {
        foreach (var (status, seconds) in (IEnumerable<(string, int)>)[("active", 40), ("active", 10), ("stopped", 40), ("stale", 40)])
            await _database.Execute("""
                INSERT INTO batch_processing_workers (id, service, host, version, status, started_at, last_heartbeat, slots, in_flight, processed, failed, memory_bytes, processor_time)
                VALUES (gen_random_uuid(), 'fetcher', $1 || $2::text, '1', $1, now(), now() - $2 * interval '1 second', 1, 0, 0, 0, 1, interval '1 s')
                """, status, seconds);

        Assert.Equal(["active40"], (await _table.MarkStale(TimeSpan.FromSeconds(30), Cancellation)).Select(worker => worker.Host));
        Assert.Empty(await _table.MarkStale(TimeSpan.FromSeconds(30), Cancellation));
        Assert.Equal(["active10 active", "active40 stale", "stale40 stale", "stopped40 stopped"],
            await _database.Column<string>("SELECT host || ' ' || status FROM batch_processing_workers ORDER BY 1"));
    }

    [Fact]
    public async Task A_stale_worker_that_is_heard_again_is_active_but_not_by_an_old_heartbeat()
    {
        await _table.Write(Heartbeat(10), Cancellation);
        await _database.Execute("UPDATE batch_processing_workers SET status = 'stale'");
        await _table.Write(Heartbeat(5), Cancellation);
        Assert.StartsWith("stale", await Row(), StringComparison.Ordinal);
        await _table.Write(Heartbeat(50), Cancellation);
        Assert.StartsWith("active", await Row(), StringComparison.Ordinal);
        Assert.Single(await _database.Column<Guid>("SELECT id FROM batch_processing_workers WHERE status = 'active'"));
    }

    [Fact]
    public async Task Many_replicas_that_hear_everything_twice_and_out_of_order_agree()
    {
        var heartbeats = Enumerable.Range(0, 60).Select(second => Heartbeat(second, processed: second)).Append(Heartbeat(60, processed: 60, stopping: true)).ToArray();
        var random = new Random(20261125);
        var heard = heartbeats.Concat(heartbeats).OrderBy(_ => random.Next()).ToArray();
        await Parallel.ForEachAsync(heard, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancellation },
            async (heartbeat, cancellation) => await new WorkerTable(_login).Write(heartbeat, cancellation));
        Assert.StartsWith("stopped, 60 done", await Row(), StringComparison.Ordinal);
    }

    WorkerHeartbeat Heartbeat(double at, long processed = 0, double processorSeconds = 0, bool stopping = false) => new()
    {
        WorkerId = _worker, Service = "fetcher", Host = "host", Version = "1", StartedAt = Start, SentAt = Start.AddSeconds(at), Stopping = stopping,
        Slots = 32, InFlight = 1, Processed = processed, Failed = 0, MemoryBytes = 1 << 20, ProcessorTime = TimeSpan.FromSeconds(processorSeconds),
    };

    Task<string> Row() => _database.Scalar<string>("""
        SELECT format('%s, %s done, cores: %s', status, processed, coalesce(processor_use::text, 'none')) FROM batch_processing_workers WHERE id = $1
        """, _worker);

    Task<string> WholeRow() => _database.Scalar<string>("SELECT w::text FROM batch_processing_workers w WHERE id = $1", _worker);
}
