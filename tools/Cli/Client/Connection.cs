namespace BatchBus.Cli.Client;

/// <summary>A connection as the Api shows it.</summary>
sealed record Connection(Guid Id, string CompanyId, string Label, DateTimeOffset CreatedAt);

/// <summary>A page of connections, newest first.</summary>
/// <param name="Items">The connections.</param>
/// <param name="Next">The <c>before</c> of the next page.</param>
sealed record ConnectionList(IReadOnlyList<Connection> Items, string? Next);
