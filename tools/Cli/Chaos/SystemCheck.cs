using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using BatchBus.Cli.Stack;

namespace BatchBus.Cli.Chaos;

/// <summary>Looks at what is left when all jobs have ended: no message anywhere, nobody gone, one job a list, statistics that a recount confirms.</summary>
sealed class SystemCheck : IDisposable
{
    // The broker counts anew every few seconds, and a message in a delay queue stays some seconds.
    static readonly TimeSpan QuietLimit = TimeSpan.FromSeconds(90);

    // They are counted anew every ten seconds.
    static readonly TimeSpan StatsLimit = TimeSpan.FromSeconds(60);

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    readonly PrivateStack _stack;
    readonly HttpClient _broker;

    public SystemCheck(PrivateStack stack)
    {
        _stack = stack;
        _broker = new HttpClient { BaseAddress = new Uri(stack.Servers.RabbitMqManagement) };
        _broker.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("guest:guest"u8));
    }

    public async Task<IReadOnlyList<string>> Problems(IReadOnlyList<ChaosJob> jobs, CancellationToken ct)
    {
        var problems = new List<string>();
        try
        {
            await _stack.Ready(ct);
        }
        catch (CliException e)
        {
            problems.Add(e.Message);
        }
        problems.AddRange(await Left(ct));
        problems.AddRange(await Consumers(ct));
        var lists = await ChaosDatabase.Column<Guid>(_stack.Servers.Postgres,
            "SELECT connection_id FROM batch_processing_queue WHERE connection_id = ANY ($1) GROUP BY 1 HAVING count(*) <> 1", ct, jobs.Select(job => job.ConnectionId).ToArray());
        if (lists.Count > 0) problems.Add($"{lists.Count} lists were asked for once and have several jobs.");
        problems.AddRange(await Statistics(ct));
        return problems;
    }

    public void Dispose() => _broker.Dispose();

    /// <summary>Messages in queues and in the outbox, once they have had time to go.</summary>
    async Task<IReadOnlyList<string>> Left(CancellationToken ct)
    {
        var limit = new Limit(QuietLimit);
        while (true)
        {
            var queues = await _broker.GetFromJsonAsync<List<Queue>>("api/queues/%2F", Json, ct) ?? [];
            var outbox = (await ChaosDatabase.Column<long>(_stack.Servers.Postgres, "SELECT count(*) FROM outbox", ct)).Single();
            string[] left = [.. queues.Where(queue => queue.Messages > 0).Select(queue => $"{queue.Messages} messages are left in {queue.Name}."), .. outbox > 0 ? [$"{outbox} messages are left in the outbox."] : (string[])[]];
            // What is dead stays dead; it counts against this round, not against the next.
            var isOnlyDead = outbox == 0 && queues.All(queue => queue.Messages == 0 || queue.IsDead);
            if (isOnlyDead) foreach (var dead in queues.Where(queue => queue.Messages > 0)) await Purge(dead.Name, ct);
            if (isOnlyDead || limit.IsOver) return left;
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, ct);
        }
    }

    async Task Purge(string queue, CancellationToken ct) =>
        (await _broker.DeleteAsync(new Uri($"api/queues/%2F/{queue}/contents", UriKind.Relative), ct)).EnsureSuccessStatusCode();

    /// <summary>Every process of a service has its consumer on its queue.</summary>
    async Task<IEnumerable<string>> Consumers(CancellationToken ct)
    {
        var limit = new Limit(TimeSpan.FromSeconds(30));
        while (true)
        {
            var queues = (await _broker.GetFromJsonAsync<List<Queue>>("api/queues/%2F", Json, ct) ?? []).ToDictionary(queue => queue.Name, queue => queue.Consumers);
            string[] missing = [.. from want in (IEnumerable<(string Queue, string Kind)>)[("batch-jobs", ServiceNames.Api), ("fetch-members", ServiceNames.Fetcher), ("member-pages", ServiceNames.Ingest)]
                let there = queues.GetValueOrDefault(want.Queue)
                let wanted = _stack.Running.Count(p => ServiceNames.KindOf(p.Name) == want.Kind)
                where there != wanted
                select $"{want.Queue} has {there} consumers, but {wanted} processes should be on it."];
            if (missing.Length == 0 || limit.IsOver) return missing;
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, ct);
        }
    }

    /// <summary>Compares the statistics with a recount of all jobs, once they have had time to be counted anew.</summary>
    async Task<IEnumerable<string>> Statistics(CancellationToken ct)
    {
        const string kept = """
            SELECT concat_ws(' ', sum(jobs_created), sum(jobs_completed), sum(members_fetched), sum(members_inserted), sum(members_duplicates), sum(members_invalid),
                             sum(members_without_email), sum(api_calls), sum(rate_limited)) FROM batch_processing_stats
            """;
        const string counted = """
            SELECT concat_ws(' ', count(*), count(*) FILTER (WHERE status = 'completed'), sum(members_fetched), sum(inserted), sum(duplicates), sum(invalid), sum(without_email),
                             sum(api_calls), sum(rate_limited)) FROM batch_processing_queue
            """;
        var limit = new Limit(StatsLimit);
        while (true)
        {
            var stats = (await ChaosDatabase.Column<string>(_stack.Servers.Postgres, kept, ct)).Single();
            var recount = (await ChaosDatabase.Column<string>(_stack.Servers.Postgres, counted, ct)).Single();
            if (stats == recount) return [];
            if (limit.IsOver) return [$"The statistics say {stats}, a recount of the jobs {recount} (created, completed, fetched, inserted, duplicates, invalid, without e-mail, calls, 429s)."];
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, ct);
        }
    }

    sealed record Queue(string Name, long Messages, long Consumers)
    {
        public bool IsDead => Name.EndsWith("_error", StringComparison.Ordinal) || Name.EndsWith("_skipped", StringComparison.Ordinal);
    }
}
