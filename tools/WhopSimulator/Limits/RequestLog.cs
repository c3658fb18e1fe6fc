using System.Collections.Concurrent;
using System.Globalization;

namespace BatchBus.WhopSimulator.Limits;

/// <summary>What each key asked for, refused requests included, so that a test can see whether a client kept its pace.</summary>
sealed class RequestLog(TimeProvider clock)
{
    /// <summary>Stands for the status of a request that got none, as nginx logs it: the client had gone.</summary>
    public const int NoStatus = 499;

    readonly ConcurrentDictionary<(string Key, string Operation), Entry> _entries = new();

    public Entry Arrived(string key, string operation)
    {
        var entry = _entries.GetOrAdd((key, operation), _ => new Entry(new SlidingWindow(clock)));
        entry.Arrived();
        return entry;
    }

    public void Clear() => _entries.Clear();

    public IReadOnlyList<RequestCount> Counts() =>
        [.. _entries.OrderBy(pair => pair.Key).Select(pair => pair.Value.Count(pair.Key.Key, pair.Key.Operation))];

    internal sealed class Entry(SlidingWindow window)
    {
        readonly SortedDictionary<int, int> _byStatus = [];
        int _total;
        int _most;

        public void Arrived()
        {
            lock (_byStatus)
            {
                _total++;
                window.Add();
                _most = Math.Max(_most, window.Count());
            }
        }

        public void Answered(int status)
        {
            lock (_byStatus) _byStatus[status] = _byStatus.GetValueOrDefault(status) + 1;
        }

        public RequestCount Count(string key, string operation)
        {
            lock (_byStatus)
            {
                var byStatus = _byStatus.ToDictionary(pair => pair.Key.ToString(CultureInfo.InvariantCulture), pair => pair.Value);
                return new RequestCount(key, operation, _total, byStatus, _most);
            }
        }
    }
}

/// <param name="Key">The API key, or <c>(none)</c>.</param>
/// <param name="Operation"><c>members</c> or <c>companies</c>.</param>
/// <param name="Total">Requests that arrived.</param>
/// <param name="ByStatus">Requests that were answered, by status.</param>
/// <param name="MaxIn60Seconds">The most that arrived in any 60 seconds.</param>
sealed record RequestCount(string Key, string Operation, int Total, IReadOnlyDictionary<string, int> ByStatus, int MaxIn60Seconds);
