using System.Globalization;
using BatchBus.Whop;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BatchBus.Api.Connections;

/// <summary>Asks Whop whether it accepts a key, and turns a refusal into an answer that says what to do about it.</summary>
sealed class KeyCheck(WhopClient whop, IHttpContextAccessor http)
{
    /// <summary>Why the key cannot be used for the company; null when it can.</summary>
    public async Task<ProblemHttpResult?> Refusal(string companyId, string apiKey, CancellationToken cancellationToken)
    {
        try
        {
            await whop.CheckKey(companyId, apiKey, cancellationToken);
            return null;
        }
        catch (WhopException e)
        {
            if (Wait(e) is { } seconds) http.HttpContext!.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            return Answer(e, companyId);
        }
    }

    static ProblemHttpResult Answer(WhopException e, string companyId) => TypedResults.Problem(
        e.WhopSays is null ? Sentence(e, companyId) : $"{Sentence(e, companyId)} Whop says: {e.WhopSays}",
        title: e.IsFinal ? "Whop does not accept the connection" : "Whop cannot be asked now",
        statusCode: Status(e), extensions: new Dictionary<string, object?> { ["code"] = e.Code });

    static int Status(WhopException e) => e.Code switch
    {
        WhopErrorCodes.BadResponse => StatusCodes.Status502BadGateway, // no key could help
        _ => e.IsFinal ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status503ServiceUnavailable,
    };

    // The messages of the exception are a job's, which tries again by itself; here somebody waits for an answer.
    static string Sentence(WhopException e, string companyId) => e.Code switch
    {
        WhopErrorCodes.Unauthorized => "Whop does not accept this API key; copy it again from your Whop dashboard, or make a new one there.",
        WhopErrorCodes.Forbidden => $"This API key may not read the members of {companyId}; give it the scopes member:basic:read and member:email:read, or check the company id.",
        WhopErrorCodes.EmailsWithheld => "This API key reads members without their e-mails; give it the scope member:email:read, too.",
        WhopErrorCodes.NotFound => $"Whop knows no company {companyId}, or this API key cannot see it; check the company id.",
        WhopErrorCodes.BadRequest => "Whop does not accept the request for this company; check the company id, and the company's settings at Whop.",
        WhopErrorCodes.RateLimited => $"This API key has spent its requests to Whop, so it cannot be checked now; nothing was stored. Try again in {Again(e)}.",
        WhopErrorCodes.Unavailable => $"Whop cannot be reached, so the API key cannot be checked now; nothing was stored. Try again in {Again(e)}.",
        _ => e.Message,
    };

    static string Again(WhopException e) => Wait(e) switch { 1 => "1 second", { } seconds => $"{seconds} seconds", _ => "a minute" };

    static int? Wait(WhopException e) => e.RetryAfter is { } wait ? (int)Math.Clamp(Math.Ceiling(wait.TotalSeconds), 1, int.MaxValue / 2) : null;
}
