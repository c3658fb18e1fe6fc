using System.Runtime.CompilerServices;

namespace BatchBus.Cli.Client;

/// <summary>The answer to a new batch list.</summary>
sealed record BatchListAccepted(Guid JobId, Guid AudienceId);

/// <summary>What the demo and the benchmarks ask for, as an app would.</summary>
static class BatchLists
{
    public static async Task<Guid> CreateConnection(this ApiClient api, string companyId, string apiKey, CancellationToken ct) =>
        (await api.Post("api/connections", new { companyId, apiKey, label = companyId }, ct)).As<Connection>().Id;

    public static async Task<BatchListAccepted> CreateBatchList(this ApiClient api, Guid connectionId, string name, CancellationToken ct, string priority = "normal") =>
        (await api.Post("api/batch-lists", new { connectionId, name, priority }, ct, idempotencyKey: Guid.NewGuid().ToString())).As<BatchListAccepted>();

    public static async Task<Job> Job(this ApiClient api, Guid id, CancellationToken ct) => (await api.Get($"api/jobs/{id}", ct)).As<Job>();

    public static Task Cancel(this ApiClient api, Guid jobId, CancellationToken ct) => api.Post($"api/jobs/{jobId}/cancel", null, ct);

    /// <summary>All e-mails of an audience, page by page.</summary>
    public static async IAsyncEnumerable<string> Emails(this ApiClient api, Guid audienceId, [EnumeratorCancellation] CancellationToken ct)
    {
        string? after = null;
        do
        {
            var from = after is null ? "" : $"&after={Uri.EscapeDataString(after)}";
            var page = (await api.Get($"api/audiences/{audienceId}/members?limit=1000{from}", ct)).As<MemberList>();
            foreach (var member in page.Items) yield return member.Email;
            after = page.Next;
        }
        while (after is not null);
    }

    sealed record MemberList(IReadOnlyList<Member> Items, string? Next);
    sealed record Member(string Email);
}
