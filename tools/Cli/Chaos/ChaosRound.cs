using System.Globalization;
using BatchBus.Cli.Demo;
using BatchBus.Cli.Stack;

namespace BatchBus.Cli.Chaos;

/// <summary>How a round went.</summary>
sealed record RoundResult(
    int Seed, TimeSpan Took, IReadOnlyCollection<Strike> Strikes, IReadOnlyList<TimeSpan> Recoveries, long Pages, long PagesTwice, int FailedAsAsked, IReadOnlyList<string> Problems)
{
    /// <summary>What is no problem, and worth a line.</summary>
    public IReadOnlyCollection<string> Notes { get; init; } = [];
}

/// <summary>One round: jobs, faults at Whop, and strikes, all drawn from its seed; then every check.</summary>
sealed class ChaosRound(PrivateStack stack, ChaosOptions options, int number)
{
    // Longer than there is between two requests at the pace of a ChaosRun, so that companies are read in several windows.
    static readonly TimeSpan SlowAnswer = TimeSpan.FromMilliseconds(450);

    readonly int _seed = options.Seed + number;
    readonly Recovery _recovery = new();

    public async Task<RoundResult> Run(CancellationToken ct)
    {
        var random = new Random(_seed);
        var jobs = ChaosJob.Draw(random, options, number, new LocalToken(stack.Secrets.JwtSecret, TimeProvider.System));
        var plan = options.Outage == 0 ? StrikePlan.Draw(random, options.Strikes) : StrikePlan.OneOutage(number, TimeSpan.FromSeconds(options.Outage));
        using var api = new PatientApi(stack.Apis);
        using var whop = new SimulatorControl(stack.Simulator);
        await Prepare(jobs, api, whop, ct);
        await whop.AnswerAfter(options.Outage == 0 && _seed % 2 == 0 ? SlowAnswer : TimeSpan.Zero, ct);

        var clock = new Limit(TimeSpan.Zero);
        using var ended = new CancellationTokenSource();
        var striker = new Striker(stack, _recovery);
        var follower = new JobFollower(stack, api, whop, _recovery, jobs, TimeSpan.FromSeconds(options.Outage));
        var strikes = striker.Run(plan, ended.Token, ct);
        var problems = new List<string>();
        try
        {
            await Task.WhenAll(jobs.Select(job => Ask(job, api, ct)).Append(FollowInto(follower, problems, ct)));
        }
        finally
        {
            await ended.CancelAsync();
            await strikes;
        }
        var took = clock.Elapsed;
        problems.AddRange(striker.Problems);
        return await Check(jobs, whop, striker, follower, took, problems, ct);
    }

    /// <summary>The connections first: a key is checked with Whop when it is stored, and that is not what is tried here.</summary>
    static async Task Prepare(IReadOnlyList<ChaosJob> jobs, PatientApi api, SimulatorControl whop, CancellationToken ct)
    {
        await whop.Clear(ct);
        foreach (var job in jobs) job.ConnectionId = await api.CreateConnection(job.Token, job.CompanyId, ct);
        await whop.Clear(ct);
        foreach (var job in jobs)
        {
            // The first that fits hits: the final one must not be hidden by the others.
            if (job.Trouble.Final is { } final) job.FaultId = await whop.Set(final, ct);
            foreach (var fault in job.Trouble.Passing) await whop.Set(fault, ct);
            if (job.Trouble.Movement is { } movement) await whop.Move(job.CompanyId, movement, ct);
        }
    }

    static async Task Ask(ChaosJob job, PatientApi api, CancellationToken ct)
    {
        await Task.Delay(job.At, TimeProvider.System, ct);
        var accepted = await api.CreateBatchList(job.Token, job.ConnectionId, job.CompanyId, ct);
        (job.Id, job.AudienceId) = (accepted.JobId, accepted.AudienceId);
    }

    static async Task FollowInto(JobFollower follower, List<string> problems, CancellationToken ct) => problems.AddRange(await follower.Follow(ct));

    async Task<RoundResult> Check(
        IReadOnlyList<ChaosJob> jobs, SimulatorControl whop, Striker striker, JobFollower follower, TimeSpan took, List<string> problems, CancellationToken ct)
    {
        using var system = new SystemCheck(stack);
        using var oracle = new SimulatorClient(stack.Simulator);
        // First: late messages still move counts.
        problems.AddRange(await system.Problems(jobs, ct));
        var audiences = new AudienceCheck(stack, whop, oracle);
        foreach (var job in jobs) problems.AddRange((await audiences.Problems(job, ct)).Select(problem => $"{job.CompanyId}: {problem}."));
        var givenOut = await whop.PagesGivenOut(ct);
        var pages = (await ChaosDatabase.Column<long>(stack.Servers.Postgres,
            "SELECT count(*) FROM batch_processing_pages WHERE job_id = ANY ($1)", ct, jobs.Select(job => job.Id).ToArray())).Single();
        return new RoundResult(_seed, took, striker.Done, _recovery.Times, pages, Math.Max(0, givenOut.Values.Sum() - pages), jobs.Sum(job => job.Retries), problems)
        {
            Notes = [.. striker.Notes, .. Rates()],
        };
    }

    /// <summary>Strikes come too close to each other for this to mean anything.</summary>
    IEnumerable<string> Rates() => options.Outage == 0 || _recovery.Rate is not { } rate ? []
        : [string.Create(CultureInfo.InvariantCulture, $"{rate.Before:0} pages a second before the outage, and as many {(rate.FullAfter is { } after ? $"{after.TotalSeconds:0.0} s after it" : "never again")}.")];

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"Round {number + 1} (seed {_seed})");
}
