namespace BatchBus.Ingest;

/// <summary>One row for <c>audience_members</c>.</summary>
readonly record struct MemberRow(
    Guid AudienceId, string Email, string MemberId, string? UserId, string? Name, string? Username, string? Status, string? AccessLevel,
    DateTimeOffset? JoinedAt) : IComparable<MemberRow>
{
    // Every transaction writes in this order, so that two of them never wait for each other's rows crosswise.
    public int CompareTo(MemberRow other) =>
        AudienceId.CompareTo(other.AudienceId) is not 0 and var byAudience ? byAudience : string.CompareOrdinal(Email, other.Email);
}
