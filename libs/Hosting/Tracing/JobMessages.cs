using BatchBus.Contracts;
using MassTransit;

namespace BatchBus.Hosting.Tracing;

/// <summary>What a message is about.</summary>
/// <param name="Job">The job.</param>
/// <param name="CompanyId">Its company, where the message says it.</param>
/// <param name="Page">The number of the page, where it is about one.</param>
sealed record JobMessage(Guid Job, string? CompanyId = null, int? Page = null);

/// <summary>Which job a message is about, for each message of the contracts.</summary>
static class JobMessages
{
    static readonly Dictionary<string, Func<ConsumeContext, JobMessage?>> Readers = Table(
        Reader<StartJob>(m => new(m.JobId)),
        Reader<ContinueJob>(m => new(m.JobId)),
        Reader<DriveJob>(m => new(m.JobId)),
        Reader<CancelJob>(m => new(m.JobId)),
        Reader<PauseJob>(m => new(m.JobId)),
        Reader<ResumeJob>(m => new(m.JobId)),
        Reader<RetryJob>(m => new(m.JobId)),
        Reader<ChangePriority>(m => new(m.JobId)),
        Reader<FetchMembers>(m => new(m.JobId, m.CompanyId)),
        Reader<MembersFetched>(m => new(m.JobId)),
        Reader<MemberPage>(m => new(m.JobId, Page: m.PageNumber)),
        Reader<PagesIngested>(m => new(m.JobId)),
        Reader<Fault<FetchMembers>>(m => new(m.Message.JobId, m.Message.CompanyId)),
        Reader<Fault<MemberPage>>(m => new(m.Message.JobId, Page: m.Message.PageNumber)));

    /// <summary>The types that it knows, as they stand in a message.</summary>
    public static IReadOnlyCollection<string> Known => Readers.Keys;

    /// <summary>What the message is about; null when it is not about a job.</summary>
    public static JobMessage? Read(ConsumeContext context)
    {
        foreach (var type in context.SupportedMessageTypes)
            if (Readers.TryGetValue(type, out var reader)) return reader(context);
        return null;
    }

    // The consumer gets the very message that is read here: MassTransit keeps it.
    static (string, Func<ConsumeContext, JobMessage?>) Reader<T>(Func<T, JobMessage> read) where T : class =>
        (MessageUrn.ForTypeString<T>(), context => context.TryGetMessage<T>(out var message) ? read(message.Message) : null);

    static Dictionary<string, Func<ConsumeContext, JobMessage?>> Table(params (string Type, Func<ConsumeContext, JobMessage?> Reader)[] readers) =>
        readers.ToDictionary(reader => reader.Type, reader => reader.Reader);
}
