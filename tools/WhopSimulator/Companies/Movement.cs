namespace BatchBus.WhopSimulator.Companies;

/// <summary>
/// Members who come and go while someone reads, as <c>PUT /_sim/companies/{id}/movement</c> asks for it: from the first request for
/// <see cref="FromPage"/> on, each request for members moves some. Joiners are the company's youngest members, so they come at the end of
/// a list that is read oldest first; leavers are spread over all the others.
/// </summary>
sealed record Movement
{
    /// <summary>How many members are not there yet.</summary>
    public int Joiners { get; init; }

    /// <summary>How many members will leave.</summary>
    public int Leavers { get; init; }

    /// <summary>The page whose request sets them moving.</summary>
    public int FromPage { get; init; } = 2;

    /// <summary>How many come, and how many go, with each request.</summary>
    public int PerRequest { get; init; } = 20;

    /// <summary>One sentence, or null when all is well.</summary>
    public string? Problem(int members) => this switch
    {
        { Joiners: < 0 } or { Leavers: < 0 } => "joiners and leavers must not be negative.",
        { FromPage: < 1 } => "fromPage must be at least 1.",
        { PerRequest: < 1 } => "perRequest must be at least 1.",
        _ => (long)Joiners + Leavers > members ? "joiners and leavers must not be more than the company's members." : null,
    };
}

/// <summary>How far a company's movement is.</summary>
sealed class MovingMembers(Movement movement, int members)
{
    readonly int _settled = members - movement.Joiners;
    readonly Lock _lock = new();
    int _moved;

    /// <summary>Called with each request for members.</summary>
    public void Asked(int page)
    {
        lock (_lock)
            if (_moved > 0 || page >= movement.FromPage) _moved = Math.Min(_moved + movement.PerRequest, Math.Max(movement.Joiners, movement.Leavers));
    }

    public bool IsThere(int index)
    {
        var moved = Volatile.Read(ref _moved);
        if (index >= _settled) return index < _settled + Math.Min(moved, movement.Joiners);
        return NumberOfLeaver(index) is not { } number || number >= moved;
    }

    /// <summary>True for one who leaves sooner or later: a reader may have met him or not.</summary>
    public bool Leaves(int index) => index < _settled && NumberOfLeaver(index) is not null;

    /// <summary>Whose turn it is to leave; null for one who stays. The turns go through the list in strides, so that some are behind a reader.</summary>
    int? NumberOfLeaver(int index)
    {
        if (movement.Leavers == 0) return null;
        var stride = _settled / movement.Leavers;
        if (index % stride != 0 || index / stride >= movement.Leavers) return null;
        const int factor = 7919; // a prime, so that every number comes up once unless it divides the count
        var nth = index / stride;
        return movement.Leavers % factor == 0 ? nth : (int)((long)nth * factor % movement.Leavers);
    }
}
