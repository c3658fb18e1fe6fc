using System.Collections.Concurrent;

namespace BatchBus.WhopSimulator.Companies;

/// <summary>Every well-formed id is a company; only shares and movements that were set are remembered.</summary>
sealed class CompanyDirectory
{
    static readonly Shares Defaults = new();

    readonly ConcurrentDictionary<string, Shares> _shares = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, MovingMembers> _moving = new(StringComparer.Ordinal);

    public Company? Find(string id) =>
        CompanyId.Parse(id) is { } parsed ? new Company(parsed, _shares.GetValueOrDefault(id, Defaults), _moving.GetValueOrDefault(id)) : null;

    public void SetShares(string id, Shares shares) => _shares[id] = shares;

    /// <summary>Begins a movement; one that was set before is forgotten.</summary>
    public void SetMovement(Company company, Movement movement) => _moving[company.Id] = new MovingMembers(movement, company.Members);
}
