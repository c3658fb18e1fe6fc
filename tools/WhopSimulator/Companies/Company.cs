namespace BatchBus.WhopSimulator.Companies;

/// <summary>
/// A company whose members exist only while someone looks: each is computed from the company's seed and its index, so ten million
/// cost no memory and are the same after every start.
/// </summary>
sealed class Company
{
    // Independent random numbers for one member; the values do not matter, only that they differ.
    enum Draw : ulong { Kinds, Timeline, Address, Spelling, Original, Person, Membership }

    readonly ulong _seed;
    readonly MemberKinds _kinds;

    public Company(CompanyId id, Shares shares, MovingMembers? moving = null)
    {
        Id = id.Text;
        Members = id.Members;
        Shares = shares;
        Moving = moving;
        _seed = Mix.Of(id.Text);
        _kinds = new MemberKinds(Seed(Draw.Kinds), Members, shares);
        Timeline = new Timeline(Seed(Draw.Timeline), Members);
    }

    public string Id { get; }
    public int Members { get; }
    public Shares Shares { get; }
    public Timeline Timeline { get; }

    /// <summary>Null for a company whose members all stay.</summary>
    public MovingMembers? Moving { get; }

    /// <summary>Differs between companies, so that a cursor of one is not taken for another's.</summary>
    public ulong Fingerprint => _seed;

    public Member Member(int index) => new(
        Id: $"mber_{(uint)_seed:x8}{index:x8}",
        CreatedAt: Timeline.Created(index),
        JoinedAt: Timeline.Joined(index),
        Status: Status(index),
        AccessLevel: AccessLevelOf(index),
        MostRecentAction: Random(Draw.Membership, index) % 50 == 0 ? null : Status(index) == MemberStatus.Joined ? "paid_subscriber" : Status(index),
        // Rises with the index like the times do, so that sorting by it needs no sort.
        UsdTotalSpent: Math.Round(1000m * index / Members, 2),
        User: User(index));

    public string Status(int index) => (Random(Draw.Membership, index) % 100) switch
    {
        < 3 => MemberStatus.Drafted,
        < 10 => MemberStatus.Left,
        _ => MemberStatus.Joined,
    };

    public string AccessLevelOf(int index) => Status(index) != MemberStatus.Joined ? AccessLevel.None
        : (Random(Draw.Membership, index) >> 32) % 100 == 0 ? AccessLevel.Admin
        : AccessLevel.Customer;

    /// <summary>What a reader of all members must come to.</summary>
    public Accounting Expected()
    {
        var counts = _kinds.Count();
        return new Accounting(
            Members,
            Fetched: Members,
            Inserted: counts[(int)MemberKind.Unique],
            Duplicates: counts[(int)MemberKind.Duplicate],
            Invalid: counts[(int)MemberKind.Invalid],
            WithoutEmail: counts[(int)MemberKind.Missing] + counts[(int)MemberKind.NullUser]);
    }

    /// <summary>The e-mails that a reader may miss: everybody who has one of these leaves sooner or later.</summary>
    public IReadOnlySet<string> EmailsThatMayBeMissed()
    {
        if (Moving is null) return new HashSet<string>();
        var (leaving, staying) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        for (var index = 0; index < Members; index++)
            if (CanonicalEmail(index) is { } email) (Moving.Leaves(index) ? leaving : staying).Add(email);
        leaving.ExceptWith(staying);
        return leaving;
    }

    string? CanonicalEmail(int index) => _kinds[index] switch
    {
        MemberKind.Unique => AddressOf(index).Canonical,
        MemberKind.Duplicate => AddressOf(_kinds.OriginalOf(index, Random(Draw.Original, index))).Canonical,
        _ => null,
    };

    /// <summary>Each distinct e-mail in its canonical form, once.</summary>
    public IEnumerable<string> ExpectedEmails() => Enumerable.Range(0, Members)
        .Where(index => _kinds[index] == MemberKind.Unique)
        .Select(index => AddressOf(index).Canonical);

    MemberUser? User(int index)
    {
        var kind = _kinds[index];
        if (kind == MemberKind.NullUser) return null;
        var random = Random(Draw.Person, index);
        var (first, last) = ((int)(random % (ulong)Names.First.Length), Names.Last[(random >> 8) % (ulong)Names.Last.Length]);
        var shownFirst = (random >> 16) % 8 == 0 ? Names.FirstDecomposed[first] : Names.First[first].Display;
        return new MemberUser(
            Id: $"user_{(uint)_seed:x8}{index:x8}",
            Email: Email(index, kind),
            Name: (random >> 24) % 50 == 0 ? null : $"{shownFirst} {last.Display}",
            Username: $"{Names.First[first].Plain}{last.Plain}{index}");
    }

    string? Email(int index, MemberKind kind) => kind switch
    {
        MemberKind.Unique => AddressOf(index).Written,
        MemberKind.Duplicate => Addresses.Respell(AddressOf(_kinds.OriginalOf(index, Random(Draw.Original, index))), Random(Draw.Spelling, index)),
        MemberKind.Invalid => Addresses.Invalid(index, Random(Draw.Address, index)),
        _ => null,
    };

    Address AddressOf(int index) => Addresses.Of(index, Random(Draw.Address, index));

    ulong Random(Draw draw, int index) => Mix.Of(Seed(draw), (ulong)index);

    ulong Seed(Draw draw) => Mix.Of(_seed, (ulong)draw);
}

/// <summary>Always <c>Fetched = Inserted + Duplicates + Invalid + WithoutEmail</c>; a null user counts as without e-mail.</summary>
sealed record Accounting(int Members, int Fetched, int Inserted, int Duplicates, int Invalid, int WithoutEmail);
