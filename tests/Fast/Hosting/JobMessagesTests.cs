using BatchBus.Contracts;
using BatchBus.Hosting.Tracing;
using MassTransit;

namespace BatchBus.Tests.Fast.Hosting;

public sealed class JobMessagesTests
{
    // Nobody consumes these here.
    static readonly Type[] ForOthers = [typeof(BatchListCompleted), typeof(BatchListFailed)];

    [Fact]
    public void Every_message_about_a_job_tells_its_span_and_its_log_lines_which()
    {
        var messages = typeof(FetchMembers).Assembly.GetExportedTypes().Where(type => type.GetProperty("JobId") is not null).Except(ForOthers)
            .Append(typeof(Fault<FetchMembers>)).Append(typeof(Fault<MemberPage>));
        Assert.Equal(messages.Select(type => MessageUrn.ForTypeString(type)).Order(), JobMessages.Known.Order());
    }
}
