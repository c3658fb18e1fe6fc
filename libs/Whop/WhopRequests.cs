namespace BatchBus.Whop;

/// <summary>Counts the requests that were really made, quick tries included.</summary>
public sealed class WhopRequests
{
    /// <summary>Requests made.</summary>
    public int Made { get; internal set; }

    /// <summary>Those that were answered with 429.</summary>
    public int RateLimited { get; internal set; }
}

/// <summary>
/// The innermost handler: counts each attempt and reads its body to the end, so that the attempt's time limit and the quick tries cover
/// the body too.
/// </summary>
sealed class AttemptHandler : DelegatingHandler
{
    // A page of 100 members is about 50 kB; what is larger than this is no page.
    const int MaxBodyBytes = 16 * 1024 * 1024;

    public static readonly HttpRequestOptionsKey<WhopRequests> Counter = new("batchbus.requests");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Options.TryGetValue(Counter, out var requests)) requests.Made++;
        var response = await base.SendAsync(request, cancellationToken);
        if (requests is not null && (int)response.StatusCode == 429) requests.RateLimited++;
        await response.Content.LoadIntoBufferAsync(MaxBodyBytes, cancellationToken);
        return response;
    }
}
