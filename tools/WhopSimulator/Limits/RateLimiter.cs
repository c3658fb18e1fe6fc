using System.Collections.Concurrent;
using BatchBus.WhopSimulator.Api;

namespace BatchBus.WhopSimulator.Limits;

/// <summary>Whop's limit: so many requests in any 60 seconds for one key and one operation. A refused request does not count.</summary>
sealed class RateLimiter(SimulatorSettings settings, TimeProvider clock)
{
    readonly ConcurrentDictionary<(string Key, string Operation), State> _states = new();

    /// <exception cref="WhopErrorException">429, by turns with a <c>Retry-After</c> header and with only the message.</exception>
    public void Admit(string key, string operation)
    {
        var limit = settings.RequestsPerMinute;
        if (limit == 0) return;
        var state = _states.GetOrAdd((key, operation), _ => new State(new SlidingWindow(clock)));
        lock (state)
        {
            if (state.Admitted.Count() < limit) state.Admitted.Add();
            else throw Refusal(state, limit);
        }
    }

    static WhopErrorException Refusal(State state, int limit)
    {
        var seconds = (int)Math.Max(1, Math.Ceiling(state.Admitted.UntilBelow(limit).TotalSeconds));
        return new WhopErrorException(WhopError.RateLimited(seconds, withHeader: state.Refused++ % 2 == 0));
    }

    sealed class State(SlidingWindow admitted)
    {
        public SlidingWindow Admitted { get; } = admitted;
        public int Refused { get; set; }
    }
}
