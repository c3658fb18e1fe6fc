namespace BatchBus.Api.DeadLetters;

/// <summary>Sorts dead letters by what they died of, keeping some ids of each kind and no message.</summary>
sealed class DeadLetterGroups(int samples)
{
    // A message may tell a whole story; its beginning is enough to recognise it by.
    const int LongestMessage = 500;

    readonly Dictionary<(string? ExceptionType, string Message), Group> _groups = [];

    public int Count { get; private set; }

    public DateTimeOffset? OldestAt { get; private set; }

    public void Add(DeadLetter letter)
    {
        var envelope = letter.Envelope();
        var message = letter.Message(envelope);
        if (message.Length > LongestMessage) message = $"{message[..LongestMessage]}…";
        if (!_groups.TryGetValue((letter.ExceptionType, message), out var group)) _groups[(letter.ExceptionType, message)] = group = new Group();
        var at = letter.DiedAt(envelope);
        group.Add(at, envelope.JobId, letter.MessageId, samples);
        (Count, OldestAt) = (Count + 1, Earlier(OldestAt, at));
    }

    public IReadOnlyList<DeadLetterGroup> List() =>
        [.. _groups.OrderByDescending(g => g.Value.Count).Select(g => g.Value.View(g.Key.ExceptionType, g.Key.Message))];

    static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b : a;

    sealed class Group
    {
        readonly HashSet<Guid> _jobs = [];
        readonly HashSet<Guid> _messages = [];
        DateTimeOffset? _first, _last;

        public int Count { get; private set; }

        public void Add(DateTimeOffset? at, Guid? job, Guid? message, int samples)
        {
            Count++;
            _first = Earlier(_first, at);
            if (_last is null || at > _last) _last = at;
            if (job is { } j && _jobs.Count < samples) _jobs.Add(j);
            if (message is { } m && _messages.Count < samples) _messages.Add(m);
        }

        public DeadLetterGroup View(string? exceptionType, string message) => new(exceptionType, message, Count, _first, _last, [.. _jobs], [.. _messages]);
    }
}
