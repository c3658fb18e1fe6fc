using BatchBus.Contracts;
using MassTransit;

namespace BatchBus.Tests.Fast.Api.Model;

/// <summary>A job's row before a message.</summary>
sealed record JobSnapshot(string Status, int PagesFetched, int Slice, bool IsOpen, bool IsStalled, int PagesIngested, long Members, IReadOnlyDictionary<int, int> Windows)
{
    public static JobSnapshot Of(JobWorld world)
    {
        var job = world.Job;
        return new(job.Status, job.PagesFetched, job.Slice, job.SliceSentAt is not null, job.ResumeAt is null && job.StallsAt <= world.Now, job.PagesIngested, job.MembersFetched,
            world.Windows.ToDictionary(window => window.Number, window => window.Pages));
    }
}

/// <summary>
/// The reference: what one message may do to a job, told without the state machine's own words. A breach throws, and the sequence that led to it is
/// shrunk.
/// </summary>
static class JobRules
{
    // The stall time and twice a slice's, by default.
    static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(15 + 10 + 10);

    static readonly string[] Ended = ["Completed", "Failed", "Cancelled"];

    public static void Check(JobWorld world, JobSnapshot before, object message, IReadOnlyList<object> sent)
    {
        var job = world.Job;
        Holds(NextStates(before, message).Contains(job.Status), $"{before.Status} became {job.Status}");
        CheckSlices(world, before, message, sent);
        CheckCursor(world, before, message);
        CheckTotals(world, before);
        CheckEnd(world, before, message, sent);

        void Holds(bool rule, string what) => Assert.True(rule, $"{what} by {message}");
    }

    static string[] NextStates(JobSnapshot before, object message) => (before.Status, message) switch
    {
        ("Pending", StartJob) => ["Pending", "Processing", "Completed"],
        ("Pending" or "Processing", PauseJob) => ["Paused"],
        ("Paused", ResumeJob) => ["Pending"],
        ("Pending" or "Processing" or "Paused", CancelJob) => ["Cancelled"],
        ("Failed" or "Cancelled", RetryJob) => ["Pending"],
        ("Pending" or "Processing" or "Paused", MembersFetched { Stop: not null } or Fault<FetchMembers> or Fault<MemberPage>) => [before.Status, "Failed"],
        ("Processing", MembersFetched or PagesIngested or ContinueJob or DriveJob) => ["Processing", "Completed"],
        _ => [before.Status],
    };

    // At most one live slice, each with a number of its own, each where the reading stands; none for a job that does not run.
    static void CheckSlices(JobWorld world, JobSnapshot before, object message, IReadOnlyList<object> sent)
    {
        var job = world.Job;
        var slices = sent.OfType<FetchMembers>().ToList();
        Assert.True(slices.Count <= 1, "two slices at once");
        if (slices is not [var slice]) return;
        Assert.Equal("Processing", job.Status);
        Assert.True(slice.Slice > before.Slice && job.Slice == slice.Slice, "a slice's number came twice");
        Assert.Equal(world.Windows.Where(window => !window.IsDone).Select(window => window.Rest()), slice.Windows);
        Assert.Equal(job.PagesFetched, slice.PagesBefore);
        Assert.True(!before.IsOpen || before.Status == "Pending" || (message is DriveJob && before.IsStalled) || (message is MembersFetched m && m.Slice == before.Slice),
            "a slice was sent while another was under way");
        // Whatever became of the job between the two: the last slice has reported, or is so old that the broker or its own time has ended it.
        if (before.Slice == 0 || (message is MembersFetched last && last.Slice == before.Slice)) return;
        var (sentAt, isHeardOf) = world.Sent[before.Slice];
        Assert.True(isHeardOf || sentAt + Lifetime <= world.Now, "two slices use one key");
    }

    // The cursor belongs to the count of pages, moves by the latest slice's report alone, and goes elsewhere by a retry or a drive alone.
    static void CheckCursor(JobWorld world, JobSnapshot before, object message)
    {
        var job = world.Job;
        if (job.Windows == 0)
        {
            var (isFirst, isLast) = (job.PagesFetched == 0, job.PagesFetched == world.CompanyPages);
            Assert.Equal((isFirst || isLast ? null : WhopModel.CursorAfter(job.PagesFetched), isLast), (job.Cursor, job.FetchedAll));
        }
        Assert.Equal((world.Windows.Sum(window => window.Pages), world.Windows.All(window => window.IsDone)), (job.PagesFetched, job.FetchedAll));
        var mayMove = message switch
        {
            MembersFetched report => report.Slice == before.Slice && before.IsOpen && !Ended.Contains(before.Status) ? before.PagesFetched + report.Pages : before.PagesFetched,
            RetryJob or DriveJob => job.PagesFetched,
            _ => before.PagesFetched,
        };
        Assert.Equal(mayMove, job.PagesFetched);
        if (message is RetryJob or DriveJob)
            Assert.All(world.Windows.Where(window => window.Pages != before.Windows.GetValueOrDefault(window.Number)), window => Assert.True(world.IsStored(window), "went beyond a gap"));
    }

    // Absolute: what the saga knows is what the ledger had at some time, and never less than before.
    static void CheckTotals(JobWorld world, JobSnapshot before)
    {
        var job = world.Job;
        Assert.InRange(job.PagesIngested, before.PagesIngested, world.Ledger.Count);
        Assert.InRange(job.MembersFetched, before.Members, world.Members);
        Assert.Equal(job.MembersFetched, job.Inserted);
    }

    static void CheckEnd(JobWorld world, JobSnapshot before, object message, IReadOnlyList<object> sent)
    {
        var job = world.Job;
        var isDue = job.FetchedAll && world.HasAll && job.PagesIngested >= job.PagesFetched;
        if (job.Status == "Completed") Assert.True(isDue && world.Members == world.CompanyPages * JobWorld.PageSize, "completed too early");
        // Whatever tells a running job that it may be complete, completes it.
        if (job.Status == "Processing" && message is StartJob or MembersFetched or PagesIngested && before.Status == "Processing") Assert.False(isDue, "not completed though it is due");
        Assert.Equal(job.Status == "Completed" && before.Status != "Completed" ? 1 : 0, sent.OfType<BatchListCompleted>().Count());
        Assert.Equal(job.Status == "Failed" && before.Status != "Failed" ? 1 : 0, sent.OfType<BatchListFailed>().Count());
        if (Ended.Contains(job.Status)) Assert.Equal((null, true, world.Ledger.Count >= job.PagesIngested), (job.StallsAt, job.CompletedAt is not null, true));
    }
}
