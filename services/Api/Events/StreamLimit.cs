using BatchBus.Api.Access;
using Microsoft.Extensions.Options;

namespace BatchBus.Api.Events;

/// <summary>Counts the open streams of each user.</summary>
sealed class StreamLimit(IOptions<EventOptions> options)
{
    readonly Lock _lock = new();
    readonly Dictionary<Caller, int> _open = [];

    /// <summary>Takes a place; null when the user has none left. Disposing it gives it back.</summary>
    public IDisposable? Enter(Caller caller)
    {
        lock (_lock)
        {
            var open = _open.GetValueOrDefault(caller);
            if (open >= options.Value.MaxStreamsPerUser) return null;
            _open[caller] = open + 1;
            return new Place(this, caller);
        }
    }

    void Leave(Caller caller)
    {
        lock (_lock)
        {
            if (--_open[caller] == 0) _open.Remove(caller);
        }
    }

    sealed class Place(StreamLimit limit, Caller caller) : IDisposable
    {
        public void Dispose() => limit.Leave(caller);
    }
}
