namespace BatchBus.Api.Audiences;

/// <summary>What a job collects members in: a row of <c>audiences</c>.</summary>
sealed class Audience
{
    public Guid Id { get; set; }
    public required Guid OwnerId { get; set; }
    public required Guid ConnectionId { get; set; }
    public required string Name { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }
}
