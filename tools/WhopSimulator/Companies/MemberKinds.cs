namespace BatchBus.WhopSimulator.Companies;

enum MemberKind
{
    NullUser,
    Missing,
    Invalid,
    Duplicate,
    Unique,
}

/// <summary>
/// Which kind each member is. Every block of 1000 holds each kind exactly as often as its share says, in an order of its own,
/// so the totals are arithmetic and no member needs those before it.
/// </summary>
sealed class MemberKinds
{
    const int Block = 1000;
    const int LongestWalk = 64;
    static readonly int[] Endings = [1, 3, 7, 9];

    readonly ulong _seed;
    readonly int _members;
    readonly int[] _perThousand;
    readonly int _firstUnique;

    public MemberKinds(ulong seed, int members, Shares shares)
    {
        _seed = seed;
        _members = members;
        int[] odd = [.. new[] { shares.NullUsers, shares.Missing, shares.Invalid, shares.Duplicates }.Select(Shares.PerThousand)];
        _perThousand = [.. odd, Block - odd.Sum()];
        _firstUnique = FirstWithAddress();
    }

    // The first member with an address has nobody to repeat, so it is unique whatever its share says.
    public MemberKind this[int index] => index == _firstUnique ? MemberKind.Unique : ByShare(index);

    public int[] Count()
    {
        var counts = _perThousand.Select(per => _members / Block * per).ToArray();
        for (var index = _members / Block * Block; index < _members; index++) counts[(int)ByShare(index)]++;
        if (_firstUnique < _members && ByShare(_firstUnique) == MemberKind.Duplicate)
        {
            counts[(int)MemberKind.Duplicate]--;
            counts[(int)MemberKind.Unique]++;
        }
        return counts;
    }

    /// <summary>The unique member whose e-mail this duplicate repeats; always an earlier one.</summary>
    public int OriginalOf(int duplicate, ulong random)
    {
        var index = _firstUnique + (int)(random % (ulong)(duplicate - _firstUnique));
        for (var step = 0; step < LongestWalk && index > _firstUnique; step++, index--)
            if (this[index] == MemberKind.Unique) return index;
        return _firstUnique;
    }

    MemberKind ByShare(int index)
    {
        var slot = Shuffled(index);
        var kind = 0;
        while (slot >= _perThousand[kind]) slot -= _perThousand[kind++];
        return (MemberKind)kind;
    }

    // A factor that ends in 1, 3, 7 or 9 has no divisor in common with 1000, so the slots of a block are all different.
    int Shuffled(int index)
    {
        var random = Mix.Of(_seed, (ulong)(index / Block));
        var factor = (int)(random % 100) * 10 + Endings[(int)(random >> 8) & 3];
        return (factor * (index % Block) + (int)((random >> 16) % Block)) % Block;
    }

    int FirstWithAddress()
    {
        var index = 0;
        while (index < Math.Min(_members, Block) && ByShare(index) is not (MemberKind.Duplicate or MemberKind.Unique)) index++;
        return index == Block ? _members : index;
    }
}
