using BatchBus.WhopSimulator.Companies;

namespace BatchBus.WhopSimulator.Api;

/// <summary>What a request for members asks for. Indices are the members' own, whatever the direction.</summary>
sealed record MembersQuery
{
    public const int MaxPageSize = 100;
    const int DefaultPageSize = 20;

    public required ApiVersion Version { get; init; }
    public required Company Company { get; init; }

    /// <summary>Order and direction as one word; cursors are bound to it.</summary>
    public required string Sort { get; init; }

    public required bool IsDescending { get; init; }
    public required int PageSize { get; init; }

    /// <summary>True for <c>last</c>: the page is taken from the end.</summary>
    public required bool FromEnd { get; init; }

    public required int? After { get; init; }
    public required int? Before { get; init; }

    /// <summary>The cursor as it was sent.</summary>
    public required string? AfterCursor { get; init; }

    /// <summary>The first member after <c>created_after</c>.</summary>
    public required int FirstIndex { get; init; }

    /// <summary>The first member no longer before <c>created_before</c>.</summary>
    public required int EndIndex { get; init; }

    /// <summary>Null for any.</summary>
    public required IReadOnlySet<string>? Statuses { get; init; }

    /// <summary>Null for any.</summary>
    public required string? AccessLevel { get; init; }

    public bool Wants(int index) =>
        Company.Moving?.IsThere(index) != false
        && (Statuses is null || Statuses.Contains(Company.Status(index))) && (AccessLevel is null || AccessLevel == Company.AccessLevelOf(index));

    /// <exception cref="WhopErrorException">400 when a value is not one of those that Whop's spec names.</exception>
    public static MembersQuery Parse(QueryReader query, ApiVersion version, Company company)
    {
        query.AllowOnly(version.IsNative ? MembersVocabulary.NativeParameters : MembersVocabulary.LegacyParameters);
        var order = query.OneOf("order", version.IsNative ? MembersVocabulary.NativeOrders : MembersVocabulary.LegacyOrders) ?? "created_at";
        var direction = query.OneOf("direction", MembersVocabulary.Directions) ?? "desc";
        var (first, last) = (query.Integer("first", 1, MaxPageSize), query.Integer("last", 1, MaxPageSize));
        if (first is not null && last is not null) throw WhopErrorException.Invalid("Only one of first and last can be given.");

        var sort = $"{order} {direction}";
        return new MembersQuery
        {
            Version = version,
            Company = company,
            Sort = sort,
            IsDescending = direction == "desc",
            PageSize = first ?? last ?? DefaultPageSize,
            FromEnd = last is not null,
            After = query.Cursor("after", company, sort),
            Before = query.Cursor("before", company, sort),
            AfterCursor = query.Text("after"),
            FirstIndex = query.Time("created_after") is { } after ? company.Timeline.FirstAfter(after) : 0,
            EndIndex = query.Time("created_before") is { } before ? company.Timeline.FirstNotBefore(before) : company.Members,
            Statuses = version.IsNative ? NativeStatuses(query) : query.AllOf("statuses[]", MembersVocabulary.LegacyStatuses),
            AccessLevel = query.OneOf("access_level", MembersVocabulary.AccessLevels),
        };
    }

    // The native shape knows no drafted members and shows them as left.
    static HashSet<string>? NativeStatuses(QueryReader query) => query.OneOf("status", MembersVocabulary.NativeStatuses) switch
    {
        null => null,
        MemberStatus.Left => [MemberStatus.Left, MemberStatus.Drafted],
        var status => [status],
    };
}
