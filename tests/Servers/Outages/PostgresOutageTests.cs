using BatchBus.Cli.Chaos;
using BatchBus.Cli.Servers;
using BatchBus.Cli.Stack;
using BatchBus.Hosting;
using Npgsql;

namespace BatchBus.Tests.Servers.Outages;

/// <summary>Whatever happens to PostgreSQL: no job fails, no process ends, readiness says what is missing, and nobody has to help.</summary>
[Collection(PrivateServers.Collection)]
public sealed class PostgresOutageTests(PrivateServers servers)
{
    const string Postgres = PrivatePostgres.ProcessName, Ingest = "ingest-1";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_outlives_a_restart_of_PostgreSQL()
    {
        var services = servers.Services;
        var job = await servers.ABegunJob();
        await servers.Stack.Stop(Postgres);
        await servers.Stack.Begin(Postgres, Cancellation);
        await servers.EndsExactly(job, services);
    }

    [Fact]
    public async Task A_job_outlives_PostgreSQL_being_killed()
    {
        var services = servers.Services;
        var job = await servers.ABegunJob();
        await servers.Kill(Postgres);
        await servers.Stack.Begin(Postgres, Cancellation);
        await servers.EndsExactly(job, services);
    }

    [Fact]
    public async Task A_job_outlives_PostgreSQL_being_away_for_a_while()
    {
        var services = servers.Services;
        var (job, failed) = (await servers.ABegunJob(), await FailedPages());
        await KillAmidABatch();
        await servers.IsMissing(ServiceNames.Api, "PostgreSQL does not answer");
        await servers.IsMissing(Ingest, "PostgreSQL does not answer");
        // The tries in the consumer are over once pages wait in the broker.
        await Eventually.True(async () => (await Broker.PutOff(servers.Stack)).Contains(Queues.MemberPages), "pages to wait in a delay queue");
        await servers.Stack.Begin(Postgres, Cancellation);
        await servers.EndsExactly(job, services);
        await Eventually.True(async () => await FailedPages() > failed, "the worker to have told of pages that were put off");
    }

    [Fact]
    public async Task A_job_outlives_a_PostgreSQL_that_is_read_only()
    {
        var services = servers.Services;
        var job = await servers.ABegunJob();
        await servers.Execute("ALTER SYSTEM SET default_transaction_read_only = on");
        await servers.Execute("SELECT pg_reload_conf()");
        await servers.IsMissing(ServiceNames.Api, "PostgreSQL is read-only");
        await servers.IsMissing(Ingest, "PostgreSQL is read-only");
        await servers.Execute("ALTER SYSTEM RESET default_transaction_read_only");
        await servers.Execute("SELECT pg_reload_conf()");
        await servers.EndsExactly(job, services);
    }

    [Fact]
    public async Task A_job_outlives_its_sessions_being_ended_again_and_again()
    {
        var services = servers.Services;
        var job = await servers.ABegunJob();
        for (var round = 1; round <= 5; round++)
        {
            var stored = await servers.Stored(job);
            await servers.Execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE 'batchbus%'");
            await Eventually.True(async () => await servers.Stored(job) is var now && (now > stored || now == 120), "more pages");
        }
        await servers.EndsExactly(job, services);
    }

    [Fact]
    public async Task A_job_outlives_a_pool_that_is_too_small()
    {
        foreach (var service in (string[])[ServiceNames.Api, Ingest])
        {
            await servers.Stack.Stop(service);
            var spec = servers.Stack.SpecOf(service);
            servers.Stack.Begin(spec with
            {
                Environment = new Dictionary<string, string?>(spec.Environment)
                {
                    ["ConnectionStrings__Postgres"] = $"{spec.Environment["ConnectionStrings__Postgres"]};Maximum Pool Size=2;Timeout=1",
                },
            });
        }
        await servers.Stack.Ready(Cancellation);
        var services = servers.Services;
        var jobs = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => servers.ABegunJob(6_000)));
        foreach (var job in jobs) await servers.EndsExactly(job, services);

        foreach (var service in (string[])[ServiceNames.Api, Ingest])
        {
            await servers.Stack.Stop(service);
            await servers.Stack.Begin(service, Cancellation);
        }
        await servers.Stack.Ready(Cancellation);
    }

    /// <summary>As the workers' last heartbeats had it.</summary>
    async Task<long> FailedPages() =>
        (await ChaosDatabase.Column<long>(servers.Stack.Servers.Postgres, "SELECT coalesce(sum(failed), 0)::bigint FROM batch_processing_workers WHERE service = 'ingest'", Cancellation)).Single();

    /// <summary>Kills PostgreSQL while Ingest has pages in hand: between two slices there may be none.</summary>
    async Task KillAmidABatch()
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(servers.Stack.Servers.Postgres) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(Cancellation);
        await using var holding = await connection.BeginTransactionAsync(Cancellation);
        await using (var hold = new NpgsqlCommand("LOCK TABLE audience_members IN EXCLUSIVE MODE", connection)) await hold.ExecuteNonQueryAsync(Cancellation);
        await Eventually.True(async () => (await ChaosDatabase.Column<long>(servers.Stack.Servers.Postgres,
            "SELECT count(*) FROM pg_locks WHERE relation = 'audience_members'::regclass AND NOT granted", Cancellation)).Single() > 0, "a batch to wait for the lock");
        await servers.Kill(Postgres);
    }
}
