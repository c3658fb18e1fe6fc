namespace BatchBus.Whop;

/// <summary>What went wrong with a request to Whop; the names are the error codes of jobs.</summary>
public static class WhopErrorCodes
{
    /// <summary>401: the key is wrong or revoked. Final.</summary>
    public const string Unauthorized = "whop_unauthorized";

    /// <summary>403: the key may not do this. Final.</summary>
    public const string Forbidden = "whop_forbidden";

    /// <summary>200, but no e-mail on a whole page, or in a whole company: the key lacks the scope for them. Final.</summary>
    public const string EmailsWithheld = "whop_emails_withheld";

    /// <summary>404: there is no such company, or the key cannot see it. Final.</summary>
    public const string NotFound = "whop_not_found";

    /// <summary>400, 422 and other 4xx: Whop did not accept the request. Final.</summary>
    public const string BadRequest = "whop_bad_request";

    /// <summary>An answer that is not Whop's, or a cursor that does not advance. Final.</summary>
    public const string BadResponse = "whop_bad_response";

    /// <summary>429: the key's budget is spent. Passes.</summary>
    public const string RateLimited = "whop_rate_limited";

    /// <summary>408, 409, 5xx, a broken connection or a time-out. Passes.</summary>
    public const string Unavailable = "whop_unavailable";
}

/// <summary>A request to Whop failed after its quick tries.</summary>
public sealed class WhopException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="code">One of <see cref="WhopErrorCodes"/>.</param>
    /// <param name="message">One sentence that says what to do.</param>
    /// <param name="retryAfter">How long Whop asked to wait.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public WhopException(string code, string message, TimeSpan? retryAfter = null, Exception? innerException = null)
        : base(message, innerException)
    {
        Code = code;
        RetryAfter = retryAfter;
    }

    /// <summary>One of <see cref="WhopErrorCodes"/>.</summary>
    public string Code { get; }

    /// <summary>What Whop's own error message says, without the key if it repeats it; null when it says nothing. <see cref="Exception.Message"/> ends with it.</summary>
    public string? WhopSays { get; init; }

    /// <summary>How long Whop asked to wait; null when it said nothing.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>True when trying again cannot help.</summary>
    public bool IsFinal => Code is not (WhopErrorCodes.RateLimited or WhopErrorCodes.Unavailable);
}
