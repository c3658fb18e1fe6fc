using BatchBus.Api.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Npgsql;

namespace BatchBus.Tests.Fast.Api;

public sealed class RecurringWorkTests
{
    readonly FakeLogger _log = new();

    [Fact]
    public async Task The_log_has_a_line_for_each_new_reason_to_wait_and_one_when_it_goes_on()
    {
#pragma warning disable CA2201 // it is what Npgsql throws
        using var work = new Script(_log,
            Away("away"), Away("away"), new DbUpdateException("EF's", Away("away")), new InvalidOperationException("EF's", Away("starting")), null, null, new Exception("lost step") { Source = "Npgsql" });
#pragma warning restore CA2201
        await work.StartAsync(TestContext.Current.CancellationToken);
        Assert.Same(work.IsPlayed, await Task.WhenAny(work.IsPlayed, work.ExecuteTask!)); // the latter when it has failed
        await work.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(
            ["Work waits for PostgreSQL: away", "Work waits for PostgreSQL: starting", "Work goes on", "Work waits for PostgreSQL: lost step"],
            _log.Collector.GetSnapshot().Select(record => record.Message));
    }

    [Fact]
    public async Task Any_other_error_ends_it()
    {
        using var work = new Script(_log, new InvalidOperationException("a bug"));
        await work.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal("a bug", (await Assert.ThrowsAsync<InvalidOperationException>(() => work.ExecuteTask!)).Message);
    }

    [Fact]
    public async Task A_statement_that_was_called_off_is_no_trouble_of_PostgreSQL()
    {
        using var work = new Script(_log, new OperationCanceledException("called off", Away("canceling statement due to user request")));
        await work.StartAsync(TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<OperationCanceledException>(() => work.ExecuteTask!);
        Assert.Equal(0, _log.Collector.Count);
    }

    static NpgsqlException Away(string reason) => new(reason);

    /// <summary>Fails or succeeds as it is told, one try after the other.</summary>
    sealed class Script(ILogger log, params Exception?[] tries) : RecurringWork("Work", log)
    {
        readonly Queue<Exception?> _tries = new(tries);
        readonly TaskCompletionSource _isPlayed = new();

        public Task IsPlayed => _isPlayed.Task;

        protected override Task Work(CancellationToken cancellationToken) => _tries.Dequeue() is { } e ? Task.FromException(e) : Task.CompletedTask;

        protected override Task Rest(CancellationToken cancellationToken)
        {
            if (_tries.Count > 0) return Task.CompletedTask;
            _isPlayed.TrySetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
    }
}
