namespace BatchBus.Api.Admission;

/// <summary>
/// How long admission rests after a look. A flood of new jobs wakes it without end; the longer the queue and the look, the longer it rests, so that
/// PostgreSQL has time for the others.
/// </summary>
sealed class LookRest
{
    const int Factor = 9;

    // A look that hung on a server in trouble must not keep admission away for minutes once the trouble is over.
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    TimeSpan _before;

    /// <summary>After a look that took so long. One slow look alone says nothing of the queue: the first one of a process is slow, and so is one that had to wait.</summary>
    public TimeSpan After(TimeSpan look)
    {
        var rest = Factor * (look < _before ? look : _before);
        _before = look;
        return rest < Longest ? rest : Longest;
    }
}
