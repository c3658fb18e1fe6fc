using BatchBus.WhopSimulator.Companies;

namespace BatchBus.WhopSimulator.Faults;

/// <summary>The faults that were set, in that order; the first that fits a request hits it.</summary>
sealed class FaultList
{
    readonly Lock _lock = new();
    readonly List<ActiveFault> _faults = [];
    int _lastId;

    public ActiveFault Add(Fault fault)
    {
        lock (_lock)
        {
            var added = new ActiveFault(++_lastId, fault, Seen: 0, Hits: 0);
            _faults.Add(added);
            return added;
        }
    }

    public IReadOnlyList<ActiveFault> All()
    {
        lock (_lock) return [.. _faults];
    }

    /// <returns>False when there is no such fault.</returns>
    public bool Remove(int id)
    {
        lock (_lock) return _faults.RemoveAll(fault => fault.Id == id) > 0;
    }

    public void Clear()
    {
        lock (_lock) _faults.Clear();
    }

    public Fault? Next(FaultTarget target)
    {
        lock (_lock)
        {
            for (var i = 0; i < _faults.Count; i++)
            {
                if (!_faults[i].Concerns(target)) continue;
                _faults[i] = _faults[i] with { Seen = _faults[i].Seen + 1 };
                if (!_faults[i].Strikes(target)) continue;
                _faults[i] = _faults[i] with { Hits = _faults[i].Hits + 1 };
                return _faults[i].Fault;
            }
            return null;
        }
    }
}

/// <param name="Id">Number from 1.</param>
/// <param name="Fault">What was asked for.</param>
/// <param name="Seen">Requests of its operation and company that it could have hit or spared.</param>
/// <param name="Hits">Requests that it has hit.</param>
sealed record ActiveFault(int Id, Fault Fault, int Seen, int Hits)
{
    public bool Concerns(FaultTarget target) =>
        Fault.Operation == target.Operation && (Fault.CompanyId is null || Fault.CompanyId == target.CompanyId);

    public bool Strikes(FaultTarget target) =>
        (Fault.Count is null || Hits < Fault.Count)
        && Seen >= Fault.FromRequest
        && target.Page >= Fault.FromPage
        && (target.HasCursor || !FaultKind.NeedCursor.Contains(Fault.Kind))
        && Chance() < Fault.Probability;

    // By number instead of by random numbers in sequence, so that the same run meets the same faults.
    double Chance() => Mix.Of((ulong)Id, (ulong)Seen) / (double)ulong.MaxValue;
}
