using BatchBus.Contracts;
using BatchBus.Hosting;

namespace BatchBus.Api.Jobs;

/// <summary>The order of messages on the broker. What Fetcher and Ingest send about a job has the priority that its slice says.</summary>
static class MessagePriority
{
    /// <summary>Of what a user asks for a single job, and waits for: before the reports of all that runs.</summary>
    public const byte OfUsers = Queues.MaxPriority;

    /// <summary>Of what is asked for many jobs at once: before the reports of normal jobs, and not before those of urgent ones, which it could hold up.</summary>
    public const byte OfMany = 5;

    /// <summary>A job's: two steps a level, and a job that has begun goes before a new one of its level. What it rose by waiting counts here as it did for its start.</summary>
    public static byte Of(BatchJob job) => Of(job.Priority, job.RisenBy, job.PagesFetched > 0);

    /// <summary>
    /// Of its pages, and of what is reported of them: the same for all jobs of a level, new or begun, risen or not. Pages are fetched already, and those that stood behind others'
    /// while these keep Ingest busy would wait until the others' jobs have ended.
    /// </summary>
    public static byte OfPages(BatchJob job) => Of(job.Priority, risenBy: 0, hasBegun: true);

    /// <summary>The same, of a job that is known in part.</summary>
    public static byte Of(JobPriority priority, int risenBy, bool hasBegun) =>
        (byte)(2 * Math.Min((int)priority + risenBy, (int)JobPriority.Vip) + (hasBegun ? 2 : 1));
}
