using BatchBus.Api.Data;
using BatchBus.Api.Retention;
using BatchBus.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BatchBus.Tests.Servers.Retention;

/// <summary>A database with jobs that ended long ago, and what sweeps it.</summary>
public abstract class RetentionDatabase : IAsyncLifetime
{
    private protected TestDatabase _database = null!;
    private protected NpgsqlDataSource _source = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await MigratedDatabase.Create();
        _source = NpgsqlDataSource.Create(_database.As(LoginRoles.Api, MigratedDatabase.Password));
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected ApiDbContext Context() => MigratedDatabase.ApiContext(_database);

    private protected RetentionSweep Sweeper(RetentionOptions options) => new(_source, Options.Create(options), TimeProvider.System);

    private protected async Task<List<DeletedChunk>> Sweep(RetentionOptions? options = null)
    {
        var chunks = new List<DeletedChunk>();
        await foreach (var chunk in Sweeper(options ?? new RetentionOptions()).Run(TestContext.Current.CancellationToken)) chunks.Add(chunk);
        return chunks;
    }

    private protected static int Rows(IEnumerable<DeletedChunk> chunks, string table) => chunks.Where(chunk => chunk.Table == table).Sum(chunk => chunk.Rows);

    /// <summary>A job of this status, which would have ended so long ago, with its ledger and progress.</summary>
    private protected async Task<SeededJob> Ended(string status, double days, int pages = 3)
    {
        var job = await SeededJob.Insert(_database, "paused");
        await _database.Execute("""
            UPDATE batch_processing_queue SET status = $2, completed_at = now() - $3 * interval '1 day', error_code = 'x', error_message = 'y' WHERE id = $1
            """, job.JobId, status, days);
        await _database.Execute("INSERT INTO batch_processing_pages (job_id, page_number, members, is_last) SELECT $1, n, 100, false FROM generate_series(1, $2) n", job.JobId, pages);
        await _database.Execute("INSERT INTO batch_processing_progress (job_id, pages_ingested) VALUES ($1, $2)", job.JobId, pages);
        return job;
    }

    private protected Task<int> Pages(SeededJob job) => _database.Scalar<int>("SELECT count(*)::int FROM batch_processing_pages WHERE job_id = $1", job.JobId);
}
