using System.Security.Cryptography;
using BatchBus.Contracts;
using BatchBus.Secrets;
using BatchBus.Whop;
using Microsoft.Extensions.Options;

namespace BatchBus.Fetcher;

/// <summary>Reads one slice: page after page at its pace, until its pages, its time or the company end, or Whop refuses.</summary>
sealed class SliceReader(WhopClient whop, ApiKeyCipher cipher, IOptions<FetcherOptions> options, FetcherMeter meter, TimeProvider clock)
{
    /// <summary>Reads the slice and emits its pages in order.</summary>
    /// <returns>How far it got, and why it stopped if it stopped early. The pages that it counts have been emitted.</returns>
    public async Task<MembersFetched> Read(FetchMembers slice, Func<MemberPage, Task> emit, CancellationToken cancellationToken)
    {
        var pace = new Pace(slice.RequestsPerMinute, slice.NotBefore, clock);
        var (requests, firstTurn) = (new WhopRequests(), pace.Next);
        var (pages, cursor, reachedEnd, expected, stop) = (0, slice.Cursor, false, default(int?), default(FetchStop));
        var emitted = Task.CompletedTask;
        try
        {
            var apiKey = cipher.Decrypt(slice.EncryptedApiKey, slice.ConnectionId);
            if (cursor is null) expected = await whop.CountMembers(slice.CompanyId, apiKey, requests, cancellationToken);
            // The clock starts here: however slow the count was, a slice reads a page or says why it could not.
            var started = clock.GetTimestamp();
            while (!reachedEnd && pages < slice.MaxPages && (pages == 0 || clock.GetElapsedTime(started) < options.Value.SliceTime))
            {
                requests.Page = slice.FirstPage + pages;
                var page = await ReadPage(slice.CompanyId, apiKey, cursor, pace, requests, cancellationToken);
                await emitted; // the broker confirms one page while Whop sends the next
                emitted = emit(MemberPages.Of(slice, requests.Page.Value, page));
                (pages, cursor, reachedEnd) = (pages + 1, page.NextCursor, page.IsLast);
            }
        }
        catch (WhopException e)
        {
            stop = new FetchStop(e.Code, e.Message, e.IsFinal, e.RetryAfter);
        }
        catch (CryptographicException e)
        {
            stop = new FetchStop("api_key_unreadable", $"The stored API key cannot be decrypted; replace the connection's key. {e.Message}", true, null);
        }
        await emitted;
        var report = new MembersFetched
        {
            JobId = slice.JobId, Slice = slice.Slice, Pages = pages, NextCursor = pages > 0 ? cursor : null, ReachedEnd = reachedEnd, Stop = stop,
            ApiCalls = requests.Made, RateLimited = requests.RateLimited, NextRequestAt = pace.Next, ExpectedMembers = expected,
        };
        meter.Read(slice, report, requests, pace.Next - firstTurn);
        return report;
    }

    /// <summary>Reads one page, sitting out what short waits Whop asks for.</summary>
    async Task<WhopPage> ReadPage(
        string companyId, string apiKey, string? cursor, Pace pace, WhopRequests requests, CancellationToken cancellationToken)
    {
        var patience = options.Value.LongestWait;
        while (true)
        {
            await pace.Wait(cancellationToken);
            try
            {
                return await whop.ListMembers(companyId, apiKey, cursor, requests, cancellationToken);
            }
            catch (WhopException e) when (e is { Code: WhopErrorCodes.RateLimited, RetryAfter: { } wait } && wait <= patience)
            {
                // Whop may say 0 seconds for ever: each wait costs at least a tenth of the patience.
                patience -= wait > options.Value.LongestWait / 10 ? wait : options.Value.LongestWait / 10;
                await Task.Delay(wait, clock, cancellationToken);
            }
        }
    }
}
