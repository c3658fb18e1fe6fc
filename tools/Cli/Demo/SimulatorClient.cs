using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using BatchBus.Cli.Client;

namespace BatchBus.Cli.Demo;

/// <summary>Asks the simulator what a reader of all of a company's members must come to.</summary>
sealed class SimulatorClient(Uri simulator) : IDisposable
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    readonly HttpClient _http = new() { BaseAddress = simulator };

    public async Task<Accounting> Accounting(string companyId, CancellationToken ct) =>
        (await _http.GetFromJsonAsync<Company>($"_sim/companies/{companyId}", Json, ct))?.Expected
            ?? throw new CliException($"The simulator does not know {companyId}.");

    /// <summary>Each distinct e-mail in its canonical form, once.</summary>
    public async IAsyncEnumerable<string> Emails(string companyId, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var stream = await _http.GetStreamAsync($"_sim/companies/{companyId}/expected", ct);
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(ct) is { } line)
            yield return JsonSerializer.Deserialize<ExpectedMember>(line, Json)!.Email;
    }

    /// <summary>The most requests for pages of members that came with a company's key in any 60 seconds.</summary>
    public async Task<int> MostIn60Seconds(string companyId, CancellationToken ct) =>
        (await _http.GetFromJsonAsync<RequestList>("_sim/requests", Json, ct))!.Requests
            .Where(request => request.Key == $"sim_{companyId}" && request.Operation == "members").Select(request => request.MaxIn60Seconds).SingleOrDefault();

    public void Dispose() => _http.Dispose();

    sealed record Company(Accounting Expected);
    sealed record ExpectedMember(string Email);
    sealed record RequestList(IReadOnlyList<RequestCount> Requests);
    sealed record RequestCount(string Key, string Operation, int MaxIn60Seconds);
}
