using System.Security.Cryptography;
using BatchBus.Contracts;
using BatchBus.Secrets;
using BatchBus.Whop;
using Microsoft.Extensions.Options;

namespace BatchBus.Fetcher;

/// <summary>Reads one slice at its pace, its windows side by side, until its pages, its time or the company end, or Whop refuses.</summary>
sealed class SliceReader(WhopClient whop, ApiKeyCipher cipher, IOptions<FetcherOptions> options, FetcherMeter meter, TimeProvider clock)
{
    /// <summary>Reads the slice and emits its pages, those of each window in order.</summary>
    /// <returns>How far it got, and why it stopped if it stopped early. The pages that it counts have been emitted.</returns>
    public async Task<MembersFetched> Read(FetchMembers slice, Func<MemberPage, Task> emit, CancellationToken cancellationToken)
    {
        using var pace = new Pace(slice.RequestsPerMinute, slice.NotBefore, clock);
        var (counting, firstTurn) = (new WhopRequests(), pace.Next);
        var limits = new SliceLimits(slice, options.Value.SliceTime, clock);
        var windows = slice.Windows.Select(window => new WindowReader(slice, window, limits, emit)).ToList();
        int? expected = null;
        try
        {
            var apiKey = cipher.Decrypt(slice.EncryptedApiKey, slice.ConnectionId);
            var count = slice.CountMembers ? whop.CountMembers(slice.CompanyId, apiKey, counting, cancellationToken) : Task.FromResult<int?>(null);
            await Task.WhenAll([count, .. windows.Select(window => window.Read((cursor, requests) =>
                ReadPage(slice.CompanyId, apiKey, window.From, cursor, pace, requests, cancellationToken)))]);
            expected = await count;
        }
        catch (CryptographicException e)
        {
            limits.End(new FetchStop("api_key_unreadable", $"The stored API key cannot be decrypted; replace the connection's key. {e.Message}", true, null));
        }
        var requests = windows.Select(window => window.Requests).Append(counting).ToList();
        var report = new MembersFetched
        {
            JobId = slice.JobId, Slice = slice.Slice, Windows = [.. windows.Select(window => window.Report())], Stop = limits.Stop, PageTime = limits.PageTime,
            ApiCalls = requests.Sum(r => r.Made), RateLimited = requests.Sum(r => r.RateLimited), NextRequestAt = pace.Next, ExpectedMembers = expected,
        };
        meter.Read(slice, report, pace.Next - firstTurn);
        return report;
    }

    /// <summary>Reads one page, sitting out what short waits Whop asks for.</summary>
    /// <returns>The page, and how long Whop took for it.</returns>
    async Task<(WhopPage Page, TimeSpan Took)> ReadPage(
        string companyId, string apiKey, DateTimeOffset? from, string? cursor, Pace pace, WhopRequests requests, CancellationToken cancellationToken)
    {
        var patience = options.Value.LongestWait;
        while (true)
        {
            await pace.Wait(cancellationToken);
            var (started, made) = (clock.GetTimestamp(), requests.Made);
            try
            {
                return (await whop.ListMembers(companyId, apiKey, from, cursor, requests, cancellationToken), clock.GetElapsedTime(started));
            }
            catch (WhopException e) when (e is { Code: WhopErrorCodes.RateLimited, RetryAfter: { } wait } && patience > TimeSpan.Zero && wait <= patience)
            {
                // Whop may say 0 seconds for ever: each wait costs at least a tenth of the patience.
                patience -= wait > options.Value.LongestWait / 10 ? wait : options.Value.LongestWait / 10;
                pace.Rest(wait);
            }
            finally
            {
                pace.Skip(Math.Max(requests.Made - made - 1, 0));
            }
        }
    }
}
