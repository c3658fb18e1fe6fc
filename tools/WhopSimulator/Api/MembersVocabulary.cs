using BatchBus.WhopSimulator.Companies;

namespace BatchBus.WhopSimulator.Api;

/// <summary>
/// The names and values that Whop's two specs of <c>GET /members</c> know. Filters that the simulator does not have are left out:
/// refusing them is better than answering as if they had been applied.
/// </summary>
static class MembersVocabulary
{
    static readonly string[] CommonParameters =
        ["first", "after", "last", "before", "order", "direction", "created_after", "created_before", "access_level"];

    public static readonly string[] LegacyParameters = [.. CommonParameters, "company_id", "statuses[]"];
    public static readonly string[] NativeParameters = [.. CommonParameters, "account_id", "status"];

    public static readonly string[] LegacyOrders = ["id", "usd_total_spent", "created_at", "joined_at", "most_recent_action"];
    public static readonly string[] NativeOrders = ["created_at", "joined_at", "last_accessed_at", "usd_total_spent"];

    public static readonly string[] Directions = ["asc", "desc"];
    public static readonly string[] LegacyStatuses = [MemberStatus.Drafted, MemberStatus.Joined, MemberStatus.Left];
    public static readonly string[] NativeStatuses = [MemberStatus.Joined, MemberStatus.Left];
    public static readonly string[] AccessLevels = [AccessLevel.None, AccessLevel.Admin, AccessLevel.Customer];
}
