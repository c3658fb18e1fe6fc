using BatchBus.Cli.Client;
using BatchBus.Cli.Status;

namespace BatchBus.Tests.Fast.Cli;

public sealed class StatusTests
{
    static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    static readonly StatusSnapshot Healthy = new()
    {
        At = Now,
        Api = new Uri("http://127.0.0.1:1/"),
        Jobs = new JobCounts(3, 2, 1, new Day { JobsCompleted = 1_204, JobsFailed = 7 }),
        MembersPerSecond = 12_345,
        Workers = [A("fetcher"), A("ingest")],
        Queues = new QueueList("management", null, [Queue("fetch-members", "work", ready: 4), Queue("member-pages_error", "error")]),
    };

    [Fact]
    public void A_healthy_system_is_one_screen_without_problems()
    {
        Assert.Empty(StatusProblems.Of(Healthy));
        var lines = PlainConsole.Lines(StatusScreen.Of(Healthy));
        Assert.Equal("Jobs", lines[0]);
        Assert.Equal("3 pending, 2 processing, 1 paused; today 1,204 completed, 7 failed, 0 cancelled; 12,345 members/s", lines[1]);
        Assert.InRange(lines.Length, 5, 24);
        Assert.DoesNotContain(lines, line => line.Contains("_error", StringComparison.Ordinal) || line.Contains('\e'));
    }

    [Fact]
    public void Problems_come_first_and_say_what_to_do()
    {
        var snapshot = Healthy with
        {
            Missing = ["fetcher-1"],
            Refused = ["The Api says 503: RabbitMQ is away."],
            Workers = [A("fetcher") with { Status = "stale", LastHeartbeat = Now.AddMinutes(-3) }, A("ingest")],
            Queues = new QueueList("broker", "Rates are not known.", [Queue("fetch-members", "work", ready: 4, consumers: 0), Queue("member-pages_error", "error", ready: 1)]),
        };
        Assert.Equal(
        [
            "Not running: fetcher-1. ./batchbus up starts what is missing.",
            "The Api says 503: RabbitMQ is away.",
            "fetcher on host (id) has not been heard of for 3 min: it has died or hangs. What it had in hand is done by others; look at its log.",
            "No fetcher is active, so jobs wait: start one.",
            "1 dead letter in member-pages_error: ./batchbus dead-letters says what of.",
            "4 messages wait in fetch-members, and nobody reads it.",
        ], StatusProblems.Of(snapshot));
        Assert.Equal(["Rates are not known."], StatusProblems.Notes(snapshot));
        Assert.Equal("Problems", PlainConsole.Lines(StatusScreen.Of(snapshot))[0]);
    }

    [Fact]
    public void Without_work_nobody_needs_to_be_there()
    {
        Assert.Empty(StatusProblems.Of(Healthy with { Workers = [], Jobs = new JobCounts(0, 0, 5, null) }));
        Assert.Equal(2, StatusProblems.Of(Healthy with { Workers = [] }).Count);
    }

    [Fact]
    public void A_queue_whose_messages_have_just_come_may_have_its_reader_by_now()
    {
        var unread = Queue("fetch-members", "work", ready: 4, consumers: 0);
        Assert.Empty(StatusProblems.Of(Healthy with { Queues = new QueueList("management", null, [unread with { OldestAt = Now.AddSeconds(-9) }]) }));
        Assert.Single(StatusProblems.Of(Healthy with { Queues = new QueueList("management", null, [unread with { OldestAt = Now.AddSeconds(-11) }]) }));
    }

    [Fact]
    public void What_others_have_written_cannot_steer_the_terminal()
    {
        var job = new Job
        {
            Id = Guid.Empty, AudienceId = Guid.Empty, ConnectionId = Guid.Empty, Name = "\e[2Jgone\nnew [red]line", Status = "failed", Priority = "normal",
            Progress = new JobProgress(), Error = new JobError("whop_forbidden", "No."),
        };
        var lines = PlainConsole.Lines(StatusScreen.Of(Healthy with { Troubled = [job] }));
        Assert.Equal($"Job {Guid.Empty} (\uFFFD[2Jgone new [red]line) failed: whop_forbidden: No.", lines[1]);
    }

    static Worker A(string service) => new() { Id = "id", Service = service, Host = "host", Status = "active", StartedAt = Now.AddHours(-5), LastHeartbeat = Now.AddSeconds(-4) };

    static QueueState Queue(string name, string kind, long ready = 0, long consumers = 1) => new() { Name = name, Kind = kind, Ready = ready, Consumers = consumers };
}
