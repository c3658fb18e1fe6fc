using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Polly.Timeout;

namespace BatchBus.Whop;

/// <summary>The part of Whop's API that BatchBus reads: https://docs.whop.com/api-reference/members/list-members.</summary>
public sealed class WhopClient
{
    // Enough that some of them have a user, and one small answer.
    const int CheckedMembers = 20;

    // So many users of one page cannot all be without an e-mail by chance.
    const int ManyUsers = 50;

    static readonly TimeSpan Overlap = TimeSpan.FromSeconds(1);

    readonly HttpClient _http;
    readonly TimeProvider _clock;
    readonly WhopOptions _options;
    readonly string _companyParameter;

    /// <summary>Made by the container; see <see cref="WhopRegistration.AddWhopClient"/>.</summary>
    /// <param name="http">With the base address and the resilience pipeline.</param>
    /// <param name="options">Page size and version.</param>
    /// <param name="clock">For <c>Retry-After</c> dates.</param>
    public WhopClient(HttpClient http, IOptions<WhopOptions> options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        _http = http;
        _clock = clock;
        _options = options.Value;
        _companyParameter = _options.IsLegacy ? "company_id" : "account_id";
    }

    /// <summary>
    /// Reads one page, oldest members first: while members join, a newest-first list shifts and repeats rows, an oldest-first one only grows.
    /// </summary>
    /// <param name="companyId">Whop's company id.</param>
    /// <param name="apiKey">The key in clear.</param>
    /// <param name="createdFrom">
    /// Members that were created before it are left out, all but those of its last second: what Whop takes for "after", and how it rounds, is not documented.
    /// Null for all.
    /// </param>
    /// <param name="cursor">The cursor to read after, of a list with the same <paramref name="createdFrom"/>; null for the first page.</param>
    /// <param name="requests">Counts the requests made.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="WhopException">Whop did not give a page; its code says why.</exception>
    public Task<WhopPage> ListMembers(
        string companyId, string apiKey, DateTimeOffset? createdFrom, string? cursor, WhopRequests requests, CancellationToken cancellationToken) =>
        ListMembers(companyId, apiKey, createdFrom, cursor, _options.PageSize, requests, cancellationToken);

    /// <summary>Makes one call to find out whether a key can read a company's members with their e-mails.</summary>
    /// <param name="companyId">Whop's company id.</param>
    /// <param name="apiKey">The key in clear.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="WhopException">It cannot, or Whop is not to be reached.</exception>
    public async Task CheckKey(string companyId, string apiKey, CancellationToken cancellationToken)
    {
        var page = await ListMembers(companyId, apiKey, null, null, CheckedMembers, new WhopRequests(), cancellationToken);
        if (page.WithholdsEmails(users: 1))
            throw new WhopException(WhopErrorCodes.EmailsWithheld, "Whop lists the members, but without their e-mails; give the API key the scope member:email:read.");
    }

    /// <summary>Whop's own count of a company's members; null when the key may not read the company.</summary>
    /// <param name="companyId">Whop's company id.</param>
    /// <param name="apiKey">The key in clear.</param>
    /// <param name="requests">Counts the requests made.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<int?> CountMembers(string companyId, string apiKey, WhopRequests requests, CancellationToken cancellationToken)
    {
        try
        {
            var body = await Get($"companies/{Uri.EscapeDataString(companyId)}", apiKey, requests, cancellationToken);
            using var json = JsonDocument.Parse(body);
            return json.RootElement.TryGetProperty("member_count", out var count) && count.TryGetInt32(out var members) ? members : null;
        }
        // The count is for the progress bar alone; a key that lists members need not have the scope for it.
        catch (Exception e) when (e is WhopException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    async Task<WhopPage> ListMembers(
        string companyId, string apiKey, DateTimeOffset? createdFrom, string? cursor, int pageSize, WhopRequests requests, CancellationToken cancellationToken)
    {
        var from = createdFrom is { } first ? $"&created_after={(first - Overlap).UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}" : "";
        var after = cursor is null ? "" : $"&after={Uri.EscapeDataString(cursor)}";
        var path = $"members?{_companyParameter}={Uri.EscapeDataString(companyId)}&first={pageSize}&order=created_at&direction=asc{from}{after}";
        var page = WhopPageReader.Read(await Get(path, apiKey, requests, cancellationToken));
        if (page.NextCursor is not null && page.NextCursor == cursor) throw new WhopException(WhopErrorCodes.BadResponse,
            "Whop's cursor does not advance: the page after it ends with the same cursor. Retry the job later.");
        // Stored as it is, such a page would be part of an audience that looks complete.
        return !page.WithholdsEmails(ManyUsers) ? page : throw new WhopException(WhopErrorCodes.EmailsWithheld,
            $"Whop listed {page.Members.Count} members in a row without an e-mail; give the API key the scope member:email:read, and retry the job.");
    }

    async Task<byte[]> Get(string path, string apiKey, WhopRequests requests, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
        request.Options.Set(AttemptHandler.Counter, requests);
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode) throw await WhopErrors.Read(response, apiKey, _clock, cancellationToken);
            return await response.Content.ReadAsByteArrayAsync(cancellationToken);
        }
        catch (Exception e) when (IsTransport(e) && !cancellationToken.IsCancellationRequested)
        {
            throw new WhopException(WhopErrorCodes.Unavailable, $"Whop cannot be reached ({e.Message}); the job tries again by itself.", null, e);
        }
    }

    // A time-out of HttpClient is a TaskCanceledException, too: it is Whop that was slow, not we who are shutting down.
    static bool IsTransport(Exception e) => e is HttpRequestException or IOException or TimeoutRejectedException or OperationCanceledException;
}
