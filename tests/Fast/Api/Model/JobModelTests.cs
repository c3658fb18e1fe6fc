using CsCheck;

namespace BatchBus.Tests.Fast.Api.Model;

/// <summary>The saga against a model of the world: whatever happens in whatever order, its rules hold, and in the end the job is complete.</summary>
public sealed class JobModelTests
{
    const int Sequences = 100_000;

    static readonly ThreadLocal<SagaUnderTest> Sagas = new(() => new SagaUnderTest());

    [Fact]
    public Task Whatever_happens_the_rules_hold_and_the_job_comes_to_its_end() =>
        Gen.Select(Gen.Int[1, 7], Gen.Bool, Happening.Any.Array[0, 40]).SampleAsync(
            (companyPages, isSlow, happenings) => Live(companyPages, isSlow, happenings), iter: Sequences, threads: Environment.ProcessorCount);

    static async Task Live(int companyPages, bool isSlow, Happening[] happenings)
    {
        var world = new JobWorld(Sagas.Value!, companyPages, isSlow);
        foreach (var happening in happenings) await world.Happen(happening);
        await Calm.Down(world);
        Assert.Equal("Completed", world.Job.Status);
        // Every page of the company once, in whichever window.
        Assert.Equal(Enumerable.Range(1, companyPages), world.Ledger.Values.Select(page => page.Content).OfType<int>().Order());
        Assert.Equal((world.Ledger.Count, companyPages * JobWorld.PageSize), (world.Job.PagesIngested, world.Job.MembersFetched));
    }
}

/// <summary>What follows the trouble: every worker works, admission looks after the job, and its owner wants it done.</summary>
static class Calm
{
    // A lap does all there is to do. A job in the worst state is there in a few; one that is not in so many hangs.
    const int Laps = 40;

    public static async Task Down(JobWorld world)
    {
        for (var lap = 0; lap < Laps; lap++)
        {
            while (world.Messages.Count + world.Slices.Count + world.Pages.Count > 0)
            {
                await All(world, JobStep.Deliver, () => world.Messages.Count);
                await All(world, JobStep.Fetch, () => world.Slices.Count);
                await All(world, JobStep.Store, () => world.Pages.Count);
            }
            if (Wanted(world) is not { } step) return;
            await world.Happen(new Happening(step, 0));
            if (step == JobStep.Outage) await world.Happen(new Happening(world.Job.ResumeAt is null ? JobStep.Drive : JobStep.Continue, 0));
        }
    }

    static JobStep? Wanted(JobWorld world) => world.Job.Status switch
    {
        "Pending" when world.Job.ConnectionBusyUntil > world.Now => JobStep.Outage,
        "Pending" => JobStep.Start,
        "Paused" => JobStep.Resume,
        "Failed" or "Cancelled" => JobStep.Retry,
        "Processing" => JobStep.Outage, // nothing is under way any more: admission looks after it when its time has come
        _ => null,
    };

    static async Task All(JobWorld world, JobStep step, Func<int> left)
    {
        while (left() > 0) await world.Happen(new Happening(step, 0));
    }
}
