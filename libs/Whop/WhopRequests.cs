namespace BatchBus.Whop;

/// <summary>Counts the requests that were really made, quick tries included.</summary>
public sealed class WhopRequests
{
    /// <summary>The page that is being read, from 1; null while none is. It is said of each request for it.</summary>
    public int? Page { get; set; }

    /// <summary>What a request is counted in; null for one of somebody else's.</summary>
    /// <param name="request">Any request.</param>
    public static WhopRequests? Of(HttpRequestMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Options.TryGetValue(AttemptHandler.Counter, out var requests) ? requests : null;
    }

    /// <summary>Requests made.</summary>
    public int Made { get; internal set; }

    /// <summary>Those that were answered with 429.</summary>
    public int RateLimited { get; internal set; }
}

/// <summary>
/// The innermost handler: counts each attempt and reads its body to the end, so that the attempt's time limit and the quick tries cover
/// the body too.
/// </summary>
sealed class AttemptHandler(WhopMeter meter) : DelegatingHandler
{
    // A page of 100 members is about 50 kB; what is larger than this is no page.
    const int MaxBodyBytes = 16 * 1024 * 1024;

    public static readonly HttpRequestOptionsKey<WhopRequests> Counter = new("batchbus.requests");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var requests = WhopRequests.Of(request);
        if (requests is not null) requests.Made++;
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (requests is not null && (int)response.StatusCode == 429) requests.RateLimited++;
            await response.Content.LoadIntoBufferAsync(MaxBodyBytes, cancellationToken);
            meter.Answered((int)response.StatusCode); // one whose body breaks is none
            return response;
        }
        catch (Exception e)
        {
            meter.Broke(e);
            throw;
        }
    }
}
