using BatchBus.Api.Http;

namespace BatchBus.Api.Connections;

/// <summary>Asks for a connection to a company on Whop.</summary>
/// <param name="CompanyId">Whop's id of the company, <c>biz_…</c>.</param>
/// <param name="ApiKey">A key with the scopes <c>member:basic:read</c> and <c>member:email:read</c>. It is stored encrypted and never returned.</param>
/// <param name="Label">A name for people; the company's id when not given.</param>
sealed record NewConnection(string? CompanyId, string? ApiKey, string? Label);

/// <summary>Replaces a connection's key.</summary>
/// <param name="ApiKey">The new key, with the same scopes.</param>
sealed record NewApiKey(string? ApiKey);

/// <summary>A connection, without its key.</summary>
sealed record ConnectionView(Guid Id, string CompanyId, string Label, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt) : IListed
{
    public static ConnectionView Of(WhopConnection connection) =>
        new(connection.Id, connection.CompanyId, connection.Label, connection.CreatedAt, connection.UpdatedAt);
}

/// <summary>A page of connections, newest first.</summary>
/// <param name="Items">The connections.</param>
/// <param name="Next">Give it as <c>before</c> for the next page; null on the last.</param>
sealed record ConnectionList(IReadOnlyList<ConnectionView> Items, string? Next);
