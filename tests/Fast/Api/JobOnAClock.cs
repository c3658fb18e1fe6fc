using BatchBus.Api.Admission;
using BatchBus.Api.Jobs;
using BatchBus.Contracts;
using BatchBus.Tests.Fast.Windows;
using BatchBus.Whop;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BatchBus.Tests.Fast.Api;

/// <summary>A job's row, a clock that only a test moves, and what changes the row, with the settings that the tests count on.</summary>
public abstract class JobOnAClock
{
    private protected static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private protected readonly FakeTimeProvider _clock = new(Now);
    private protected readonly JobStalls _stalls;
    private protected readonly JobSteps _steps;
    private protected readonly WindowPlan _plan;
    private protected readonly JobReading _reading;
    private protected readonly WindowsInMemory _windows = new();
    private protected readonly BatchJob _job = new() { OwnerId = Guid.NewGuid(), AudienceId = Guid.NewGuid(), ConnectionId = Guid.NewGuid(), CreatedAt = Now };

    protected JobOnAClock()
    {
        var admission = Options.Create(new AdmissionOptions
        {
            StallTimeout = TimeSpan.FromSeconds(15), LongestStallTimeout = TimeSpan.FromMinutes(10), RiseAfter = TimeSpan.FromMinutes(10),
        });
        var jobs = Options.Create(new JobOptions { MaxPagesWaiting = 60, MaxWindows = 8 });
        _stalls = new JobStalls(new Patience(admission, Options.Create(new SliceOptions { SliceTime = TimeSpan.FromSeconds(10) })), new IngestLag(_clock), _clock);
        _steps = new JobSteps(jobs, admission, _stalls, _clock);
        _plan = new WindowPlan(jobs, Options.Create(new WhopOptions { PageSize = 100, RequestsPerMinute = 600 }), _clock);
        _reading = new JobReading(_windows, _windows, _plan);
    }

    private protected async Task Record(MembersFetched report)
    {
        await _reading.Take(_job, report, TestContext.Current.CancellationToken);
        _steps.RecordSlice(_job, report);
    }

    private protected MembersFetched Report(int pages, string? cursor, FetchStop? stop = null) => new()
    {
        JobId = _job.CorrelationId, Slice = _job.Slice, Stop = stop, ApiCalls = pages, RateLimited = 0, NextRequestAt = Now,
        Windows = [new WindowFetched { FirstPage = _job.PagesFetched + 1, Pages = pages, NextCursor = cursor, ReachedEnd = false }],
    };
}
