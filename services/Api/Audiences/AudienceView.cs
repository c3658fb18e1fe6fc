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

/// <summary>A member of an audience. Times are UTC.</summary>
/// <param name="Email">The address, normalised.</param>
/// <param name="WhopMemberId">Whop's id of the member.</param>
/// <param name="WhopUserId">Whop's id of the user; null for a deleted account or a business.</param>
/// <param name="Name">The display name.</param>
/// <param name="Username">The user name.</param>
/// <param name="Status">Whop's status: drafted, joined or left.</param>
/// <param name="AccessLevel">Whop's access level: no_access, admin or customer.</param>
/// <param name="JoinedAt">When the member joined.</param>
/// <param name="AddedAt">When the row was added.</param>
/// <param name="ChangedAt">When a refresh changed something of it last; null when none has.</param>
/// <param name="MissingSince">When a refresh of all did not find the address any more; null while it is there.</param>
sealed record MemberView(
    string Email, string WhopMemberId, string? WhopUserId, string? Name, string? Username, string? Status, string? AccessLevel,
    DateTimeOffset? JoinedAt, DateTimeOffset AddedAt, DateTimeOffset? ChangedAt, DateTimeOffset? MissingSince);

/// <summary>A page of members, by e-mail.</summary>
/// <param name="Items">The members.</param>
/// <param name="Next">Give it as <c>after</c> for the next page; null on the last.</param>
sealed record MemberList(IReadOnlyList<MemberView> Items, string? Next);
