using System.Collections.Concurrent;

namespace BatchBus.WhopSimulator.Companies;

/// <summary>Every well-formed id is a company; only shares that were set are remembered.</summary>
sealed class CompanyDirectory
{
    static readonly Shares Defaults = new();

    readonly ConcurrentDictionary<string, Shares> _shares = new(StringComparer.Ordinal);

    public Company? Find(string id) =>
        CompanyId.Parse(id) is { } parsed ? new Company(parsed, _shares.GetValueOrDefault(id, Defaults)) : null;

    public void SetShares(string id, Shares shares) => _shares[id] = shares;
}
