using System.Globalization;
using System.Security.Cryptography;
using BatchBus.Cli.Client;

namespace BatchBus.Cli.Demo;

/// <summary>Creates the demo's batch lists and follows them to their end.</summary>
sealed class DemoJobs(ApiClient api, ServiceWatch watch)
{
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan CancelLimit = TimeSpan.FromSeconds(10);

    // Longer than any wait that a rate limit or a redelivery asks for.
    static readonly TimeSpan LongestStandstill = TimeSpan.FromMinutes(3);
    static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(15);

    // Asking for each of hundreds of jobs twice a second would measure the asking.
    const int QuestionsPerTick = 20;

    readonly Queue<DemoJob> _open = new();
    readonly List<DemoJob> _all = [];

    public IReadOnlyList<DemoJob> All => _all;

    /// <summary>Creates a connection and a batch list for each company, each for a user of its own.</summary>
    public async Task Create(DemoOptions options, LocalToken token, CancellationToken ct)
    {
        var run = RandomNumberGenerator.GetHexString(6, lowercase: true);
        for (var number = 1; number <= options.Companies; number++)
        {
            var companyId = string.Create(CultureInfo.InvariantCulture, $"biz_demo{run}_{number}_{options.Members}");
            var owner = token.For(LocalToken.LocalUser(number), LocalToken.Authenticated, TimeSpan.FromDays(1));
            var job = new DemoJob(companyId, options.Members, owner);
            var connection = await api.As(owner).CreateConnection(companyId, $"sim_{companyId}", ct);
            var accepted = await api.As(owner).CreateBatchList(connection, $"Demo {run}-{number}", ct);
            (job.JobId, job.AudienceId) = (accepted.JobId, accepted.AudienceId);
            _all.Add(job);
            _open.Enqueue(job);
        }
    }

    /// <summary>Returns when every job has ended, well or not.</summary>
    public async Task Follow(Action<IReadOnlyList<DemoJob>> show, CancellationToken ct)
    {
        var standstill = new Limit(LongestStandstill);
        var before = "";
        while (_open.Count > 0)
        {
            watch.FailIfAKindIsGone();
            for (var questions = Math.Min(QuestionsPerTick, _open.Count); questions > 0; questions--) await Ask(_open.Dequeue(), ct);
            show(_all);
            var now = string.Join(' ', _all.Select(job => $"{job.Latest?.Status}{job.Latest?.Progress.PagesFetched}-{job.Stored}"));
            if (now != before) (before, standstill) = (now, new Limit(LongestStandstill));
            if (standstill.IsOver) throw new CliException($"Nothing has moved for {LongestStandstill.TotalMinutes:0} minutes. {Standing()}");
            if (_open.Count > 0) await Task.Delay(Tick, TimeProvider.System, ct);
        }
    }

    /// <summary>An interrupted demo must not leave jobs that go on the next time.</summary>
    public async Task CancelOpen()
    {
        using var limit = new CancellationTokenSource(CancelLimit, TimeProvider.System);
        foreach (var job in _open) await api.As(job.Token).Cancel(job.JobId, limit.Token);
    }

    async Task Ask(DemoJob job, CancellationToken ct)
    {
        var silence = new Limit(LongestSilence);
        while (true)
        {
            try
            {
                job.Latest = await api.As(job.Token).Job(job.JobId, ct);
                break;
            }
            catch (ApiException e) when (e.Status is null)
            {
                watch.FailIfAKindIsGone();
                if (silence.IsOver) throw;
                await Limit.Pause(ct);
            }
        }
        if (!job.HasEnded) _open.Enqueue(job);
    }

    string Standing() => string.Join(" ", _open.Take(5).Select(job =>
        $"{job.CompanyId} is {job.Latest?.Status}, {job.Stored:N0} members stored. {job.Latest?.WaitingFor}".TrimEnd()));
}
