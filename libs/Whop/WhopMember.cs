namespace BatchBus.Whop;

/// <summary>One member as the list gives it; text is as Whop sent it.</summary>
/// <param name="Id">Whop's member id, <c>mber_…</c>.</param>
/// <param name="UserId">Whop's user id; null for a deleted account or a business.</param>
/// <param name="Email"><c>user.email</c> in the legacy shape, <c>email</c> in the native one; null when absent or withheld.</param>
/// <param name="Name">Display name.</param>
/// <param name="Username">User name.</param>
/// <param name="Status"><c>drafted</c>, <c>joined</c> or <c>left</c>.</param>
/// <param name="AccessLevel"><c>no_access</c>, <c>admin</c> or <c>customer</c>.</param>
/// <param name="JoinedAt">When the member joined; null when absent or no date that can be stored.</param>
/// <param name="CreatedAt">When the member was created, which the list is sorted by; null when absent.</param>
public readonly record struct WhopMember(
    string Id, string? UserId, string? Email, string? Name, string? Username, string? Status, string? AccessLevel, DateTimeOffset? JoinedAt,
    DateTimeOffset? CreatedAt = null);

/// <summary>One page of members.</summary>
/// <param name="Members">The members, possibly none.</param>
/// <param name="NextCursor">The cursor to read on after; null on the last page.</param>
public sealed record WhopPage(IReadOnlyList<WhopMember> Members, string? NextCursor)
{
    /// <summary>True when there is no page after this one.</summary>
    public bool IsLast => NextCursor is null;

    /// <summary>
    /// True when the page has at least so many users and not one e-mail: without the scope for them Whop may answer 200 with every e-mail null. A
    /// member without a user, a deleted account say, proves nothing.
    /// </summary>
    /// <param name="users">How many users it takes to be sure, from 1.</param>
    public bool WithholdsEmails(int users) => Members.All(member => member.Email is null) && Members.Count(member => member.UserId is not null) >= users;
}
