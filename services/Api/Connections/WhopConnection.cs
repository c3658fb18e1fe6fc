using BatchBus.Api.Access;
using BatchBus.Api.Http;

namespace BatchBus.Api.Connections;

/// <summary>A company on Whop and the key that reads it: a row of <c>whop_connections</c>.</summary>
sealed class WhopConnection : IListed
{
    public Guid Id { get; set; }
    public required Guid OwnerId { get; set; }
    public required string CompanyId { get; set; }
    public required string Label { get; set; }

    /// <summary>Encrypted with this row's id as associated data; null once the connection is deleted.</summary>
    public required string? ApiKeyCiphertext { get; set; }

    public required string KeyFingerprint { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }
    public required DateTimeOffset UpdatedAt { get; set; }
    public DateTimeOffset? DeletedAt { get; set; }
}

static class ConnectionOwners
{
    /// <summary>The connections that a caller may use and change: a user's own, and for a service token everybody's.</summary>
    public static IQueryable<WhopConnection> Of(this IQueryable<WhopConnection> connections, Caller caller) =>
        connections.Where(c => c.OwnerId == caller.UserId || caller.Role == Caller.ServiceRole);
}
