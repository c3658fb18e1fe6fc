using CsCheck;

namespace BatchBus.Tests.Fast.Api.Model;

/// <summary>What may happen next in the world of one job.</summary>
public enum JobStep
{
    // Somebody sends a command.
    Start, Continue, Drive, Pause, Resume, Retry, Cancel, Reprioritise,
    // The saga gets one of its messages, in any order; or gets it and will get it again; or its process dies between commit and delivery, and
    // the outbox's next owner sends what it sent already.
    Deliver, DeliverAndKeep, DeliverAndSendTwice,
    // A Fetcher takes a slice: to its end; it dies on the way; Whop refuses for now, or for good; it cannot work on it at all.
    Fetch, FetchAndDie, FetchAndStop, FetchAndFail, FetchAndFault,
    // Ingest stores a page and reports; or dies before it reports; or the page cannot be stored.
    Store, StoreAndDie, PageFaults,
    // What waits in a queue vanishes.
    LoseSlices, LosePages, LoseMessages,
    // Time goes by: a moment, a stall, an outage.
    Moment, Stall, Outage,
}

/// <summary>A step, and which of several messages it takes.</summary>
public readonly record struct Happening(JobStep Step, int Pick)
{
    // Work more often than trouble, or no sequence would get anywhere.
    static readonly Gen<JobStep> Steps = Gen.Frequency(
    [
        (8, JobStep.Start), (2, JobStep.Continue), (4, JobStep.Drive), (2, JobStep.Pause), (2, JobStep.Resume), (2, JobStep.Retry), (1, JobStep.Cancel),
        (1, JobStep.Reprioritise), (30, JobStep.Deliver), (5, JobStep.DeliverAndKeep), (4, JobStep.DeliverAndSendTwice),
        (14, JobStep.Fetch), (3, JobStep.FetchAndDie), (3, JobStep.FetchAndStop), (1, JobStep.FetchAndFail), (1, JobStep.FetchAndFault),
        (20, JobStep.Store), (4, JobStep.StoreAndDie), (1, JobStep.PageFaults), (1, JobStep.LoseSlices), (1, JobStep.LosePages), (1, JobStep.LoseMessages),
        (3, JobStep.Moment), (4, JobStep.Stall), (1, JobStep.Outage),
    ]);

    public static readonly Gen<Happening> Any = Gen.Select(Steps, Gen.Int[0, 5], (step, pick) => new Happening(step, pick));

    public override string ToString() => Pick == 0 ? $"{Step}" : $"{Step}:{Pick}";
}
