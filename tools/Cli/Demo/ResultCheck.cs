using System.Globalization;
using System.Runtime.CompilerServices;
using BatchBus.Cli.Client;
using BatchBus.Cli.Servers;
using Npgsql;

namespace BatchBus.Cli.Demo;

/// <summary>Compares what BatchBus stored with what the simulator gave out: every count and every e-mail.</summary>
sealed class ResultCheck(ApiClient api, SimulatorClient simulator, ServerAddresses servers)
{
    /// <summary>What is wrong with a completed job, in sentences; empty when all is right.</summary>
    public async Task<IReadOnlyList<string>> Differences(DemoJob job, CancellationToken ct)
    {
        var problems = new List<string>();
        var counted = job.Latest!.Progress.Accounting;
        var expected = await simulator.Accounting(job.CompanyId, ct);
        if (!counted.AddsUp) problems.Add($"{job.CompanyId}: the counts do not add up: {counted}.");
        if (counted != expected) problems.Add($"{job.CompanyId}: {counted}, but the simulator says {expected}.");
        if (await CompareEmails(job, ct) is { } difference) problems.Add(difference);
        return problems;
    }

    async Task<string?> CompareEmails(DemoJob job, CancellationToken ct)
    {
        var missing = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var email in simulator.Emails(job.CompanyId, ct)) missing.Add(email);
        var unexpected = 0;
        // From our own server straight out of the table: that says what is stored, not what the Api makes of it.
        await foreach (var email in servers.PostgresIsPrivate ? Stored(job.AudienceId, ct) : api.As(job.Token).Emails(job.AudienceId, ct))
            if (!missing.Remove(email)) unexpected++;
        return missing.Count == 0 && unexpected == 0 ? null : string.Create(CultureInfo.InvariantCulture,
            $"{job.CompanyId}: {missing.Count:N0} expected e-mails are not stored, {unexpected:N0} stored ones are not expected or are there twice.");
    }

    async IAsyncEnumerable<string> Stored(Guid audienceId, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(servers.Postgres);
        await connection.OpenAsync(ct);
        await using var query = new NpgsqlCommand("SELECT email FROM audience_members WHERE audience_id = $1", connection)
        {
            Parameters = { new() { Value = audienceId } },
        };
        await using var rows = await query.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) yield return rows.GetString(0);
    }
}
