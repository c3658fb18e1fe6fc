using BatchBus.Api.Http;

namespace BatchBus.Api.Audiences;

/// <summary>An audience as the API shows it.</summary>
sealed record AudienceView : IListed
{
    public required Guid Id { get; init; }
    public required Guid ConnectionId { get; init; }
    public required string Name { get; init; }

    /// <summary>The members that its jobs have inserted so far, also those that are deleted by now. A count of the rows would read millions of them for each page of the list.</summary>
    public required long Members { get; init; }

    /// <summary>The newest of its jobs; null when there is none.</summary>
    public required AudienceJob? LatestJob { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A job of an audience; <c>GET /api/jobs/{id}</c> tells more.</summary>
sealed record AudienceJob(Guid Id, string Status);

/// <summary>A page of audiences, newest first.</summary>
/// <param name="Items">The audiences.</param>
/// <param name="Next">Give it as <c>before</c> for the next page; null on the last.</param>
sealed record AudienceList(IReadOnlyList<AudienceView> Items, string? Next);

/// <summary>A member of an audience.</summary>
sealed record MemberView(
    string Email, string WhopMemberId, string? WhopUserId, string? Name, string? Username, string? Status, string? AccessLevel,
    DateTimeOffset? JoinedAt, DateTimeOffset AddedAt);

/// <summary>A page of members, by e-mail.</summary>
/// <param name="Items">The members.</param>
/// <param name="Next">Give it as <c>after</c> for the next page; null on the last.</param>
sealed record MemberList(IReadOnlyList<MemberView> Items, string? Next);
