using System.Net.Http.Json;
using System.Text.Json;

namespace BatchBus.Cli.Chaos;

/// <summary>An e-mail that the simulator gives out.</summary>
/// <param name="Email">In its canonical form.</param>
/// <param name="MayBeMissed">True when everybody who has it leaves during the read.</param>
sealed record ExpectedEmail(string Email, bool MayBeMissed = false);

/// <summary>Sets what goes wrong at the simulated Whop, and counts what it was asked.</summary>
sealed class SimulatorControl(Uri simulator) : IDisposable
{
    // These come with status 200 and bring no page.
    static readonly string[] PagelessKinds = ["html", "truncated_json", "connection_reset", "repeated_cursor", "emails_withdrawn"];
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    readonly HttpClient _http = new() { BaseAddress = simulator };
    readonly List<ActiveFault> _lifted = [];

    /// <returns>The fault's id, to lift it.</returns>
    public async Task<int> Set(WhopFault fault, CancellationToken ct)
    {
        using var answer = await _http.PostAsJsonAsync("_sim/faults", fault, Json, ct);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<Fault>(Json, ct))!.Id;
    }

    public async Task Lift(int fault, CancellationToken ct)
    {
        // Its hits would go with it.
        var faults = await Faults(ct);
        lock (_lifted) _lifted.AddRange(faults.Where(f => f.Id == fault));
        (await _http.DeleteAsync(new Uri($"_sim/faults/{fault}", UriKind.Relative), ct)).EnsureSuccessStatusCode();
    }

    public async Task Move(string companyId, WhopMovement movement, CancellationToken ct) =>
        (await _http.PutAsJsonAsync($"_sim/companies/{companyId}/movement", movement, Json, ct)).EnsureSuccessStatusCode();

    /// <summary>Lets each answer wait so long from now on.</summary>
    public async Task AnswerAfter(TimeSpan latency, CancellationToken ct) =>
        (await _http.PutAsJsonAsync("_sim/settings", new { LatencyMs = (int)latency.TotalMilliseconds }, Json, ct)).EnsureSuccessStatusCode();

    /// <summary>Forgets all faults and counts.</summary>
    public async Task Clear(CancellationToken ct)
    {
        (await _http.DeleteAsync(new Uri("_sim/faults", UriKind.Relative), ct)).EnsureSuccessStatusCode();
        (await _http.DeleteAsync(new Uri("_sim/requests", UriKind.Relative), ct)).EnsureSuccessStatusCode();
        _lifted.Clear();
    }

    /// <summary>How many pages were given out whole, by company.</summary>
    public async Task<Dictionary<string, long>> PagesGivenOut(CancellationToken ct)
    {
        var requests = (await _http.GetFromJsonAsync<RequestList>("_sim/requests", Json, ct))!.Requests;
        var faults = (await Faults(ct)).Concat(_lifted).ToArray();
        return requests.Where(r => r.Operation == "members").ToDictionary(r => r.Key["sim_".Length..], r =>
            r.ByStatus.GetValueOrDefault("200") - faults.Where(f => r.Key == $"sim_{f.Fault.CompanyId}" && PagelessKinds.Contains(f.Fault.Kind)).Sum(f => f.Hits));
    }

    async Task<IReadOnlyList<ActiveFault>> Faults(CancellationToken ct) => (await _http.GetFromJsonAsync<FaultList>("_sim/faults", Json, ct))!.Faults;

    public async Task<List<ExpectedEmail>> Emails(string companyId, CancellationToken ct)
    {
        var emails = new List<ExpectedEmail>();
        using var reader = new StreamReader(await _http.GetStreamAsync(new Uri($"_sim/companies/{companyId}/expected", UriKind.Relative), ct));
        while (await reader.ReadLineAsync(ct) is { } line) emails.Add(JsonSerializer.Deserialize<ExpectedEmail>(line, Json)!);
        return emails;
    }

    public void Dispose() => _http.Dispose();

    sealed record Fault(int Id);
    sealed record FaultList(IReadOnlyList<ActiveFault> Faults);
    sealed record ActiveFault(int Id, WhopFault Fault, long Hits);
    sealed record RequestList(IReadOnlyList<RequestCount> Requests);
    sealed record RequestCount(string Key, string Operation, Dictionary<string, long> ByStatus);
}
