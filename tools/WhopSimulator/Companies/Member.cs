namespace BatchBus.WhopSimulator.Companies;

/// <summary>One member, with what both shapes of the list show. The user is null for a deleted account or a business.</summary>
readonly record struct Member(
    string Id, DateTime CreatedAt, DateTime JoinedAt, string Status, string AccessLevel,
    string? MostRecentAction, decimal UsdTotalSpent, MemberUser? User);

sealed record MemberUser(string Id, string? Email, string? Name, string Username);

static class MemberStatus
{
    public const string Drafted = "drafted";
    public const string Joined = "joined";
    public const string Left = "left";
}

static class AccessLevel
{
    public const string None = "no_access";
    public const string Admin = "admin";
    public const string Customer = "customer";
}
