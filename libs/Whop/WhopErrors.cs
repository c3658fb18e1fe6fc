using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace BatchBus.Whop;

/// <summary>Turns an answer that is no success into a <see cref="WhopException"/>.</summary>
static partial class WhopErrors
{
    public static async Task<WhopException> Read(HttpResponseMessage response, string apiKey, TimeProvider clock, CancellationToken cancellationToken)
    {
        var message = Message(await response.Content.ReadAsByteArrayAsync(cancellationToken), apiKey);
        var said = message is null ? "" : $" Whop says: {message}";
        var (code, sentence) = (int)response.StatusCode switch
        {
            401 => (WhopErrorCodes.Unauthorized, "Whop does not accept the API key; replace the connection's key."),
            403 => (WhopErrorCodes.Forbidden, "The API key may not read members; give it the scopes member:basic:read and member:email:read."),
            404 => (WhopErrorCodes.NotFound, "Whop knows no such company, or the key cannot see it; check the connection's company id."),
            429 => (WhopErrorCodes.RateLimited, "The key's requests for this minute are spent."),
            408 or 409 or >= 500 => (WhopErrorCodes.Unavailable, $"Whop answered {(int)response.StatusCode}; the job tries again by itself."),
            var status => (WhopErrorCodes.BadRequest, $"Whop answered {status} and does not accept the request."),
        };
        var passes = code is WhopErrorCodes.RateLimited or WhopErrorCodes.Unavailable;
        return new WhopException(code, sentence + said, passes ? RetryAfter(response, said, clock) : null) { WhopSays = message };
    }

    /// <summary>What Whop's own error body says; null when the body is not of that form.</summary>
    static string? Message(byte[] body, string apiKey)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var message = json.RootElement.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object
                && error.TryGetProperty("message", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
            if (string.IsNullOrWhiteSpace(message)) return null;
            message = WithoutKey(message, apiKey);
            return message.Length > 300 ? message[..300] : message;
        }
        // A gateway's HTML page, say: the status alone tells what happened.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    // The message ends up in the job's row, in logs and in answers, none of which may have the key.
    static string WithoutKey(string message, string apiKey) =>
        message.Replace(apiKey, "[API key]", StringComparison.OrdinalIgnoreCase)
            .Replace(Uri.EscapeDataString(apiKey), "[API key]", StringComparison.OrdinalIgnoreCase);

    /// <summary>The <c>Retry-After</c> header, in seconds or as a date (RFC 9110, 10.2.3), else the seconds that the message names.</summary>
    static TimeSpan? RetryAfter(HttpResponseMessage response, string said, TimeProvider clock)
    {
        if (response.Headers.RetryAfter is { } header)
        {
            if (header.Delta is { } delta) return delta;
            if (header.Date is { } date) return date > clock.GetUtcNow() ? date - clock.GetUtcNow() : TimeSpan.Zero;
        }
        return TryAgainIn().Match(said) is { Success: true } match
            ? TimeSpan.FromSeconds(double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))
            : null;
    }

    /// <summary>What the SDK of Whop retries, too: time-outs, conflicts and server errors, unless the answer forbids it or says when. 429 waits its own time.</summary>
    public static bool IsWorthAQuickRetry(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.Conflict or >= HttpStatusCode.InternalServerError
        && response.Headers.RetryAfter is null && !(response.Headers.TryGetValues("x-should-retry", out var values) && values.Contains("false", StringComparer.OrdinalIgnoreCase));

    [GeneratedRegex(@"Try again in ([0-9]{1,9}(?:\.[0-9]+)?) seconds?", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TryAgainIn();
}
