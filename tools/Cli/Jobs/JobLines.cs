using BatchBus.Cli.Client;

namespace BatchBus.Cli.Jobs;

/// <summary>Which changes of a job are worth a line in a file: another status, another reason to wait, a twentieth of the members; and one now and then.</summary>
sealed class JobLines
{
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    const int Steps = 20;

    (string, string?, string?, long)? _shown;
    Limit _pause = new(LongestPause);

    public bool IsNews(Job job)
    {
        var step = job.Progress.ExpectedMembers is { } expected and > 0 ? job.Progress.MembersFetched * Steps / expected : 0;
        var now = (job.Status, job.WaitingFor, job.Error?.Code, step);
        if (now == _shown && !_pause.IsOver) return false;
        (_shown, _pause) = (now, new Limit(LongestPause));
        return true;
    }
}
