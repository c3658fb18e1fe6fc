using BatchBus.Api.Admission;
using BatchBus.Api.Jobs;
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
    private protected readonly BatchJob _job = new() { OwnerId = Guid.NewGuid(), AudienceId = Guid.NewGuid(), ConnectionId = Guid.NewGuid(), CreatedAt = Now };

    protected JobOnAClock()
    {
        var admission = Options.Create(new AdmissionOptions
        {
            StallTimeout = TimeSpan.FromSeconds(15), LongestStallTimeout = TimeSpan.FromMinutes(10), RiseAfter = TimeSpan.FromMinutes(10),
        });
        _stalls = new JobStalls(new Patience(admission, Options.Create(new SliceOptions { SliceTime = TimeSpan.FromSeconds(10) })), _clock);
        _steps = new JobSteps(Options.Create(new JobOptions { MaxPagesWaiting = 60 }), admission, _stalls, _clock);
    }
}
