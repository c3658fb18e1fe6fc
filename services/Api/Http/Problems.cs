using Microsoft.AspNetCore.Http.HttpResults;

namespace BatchBus.Api.Http;

/// <summary>Answers that say what was wrong and what to do (RFC 9457).</summary>
static class Problems
{
    public static ProblemHttpResult NotFound(string what) =>
        TypedResults.Problem($"There is no such {what}, or it is not yours.", statusCode: StatusCodes.Status404NotFound, title: "Not found");

    public static ProblemHttpResult Conflict(string detail) =>
        TypedResults.Problem(detail, statusCode: StatusCodes.Status409Conflict, title: "Conflict");

    public static ProblemHttpResult TooManyStreams(int most) => TypedResults.Problem(
        $"You have {most} streams of events open, the most that one user may have; close one first. One stream of /api/events follows all of your jobs.",
        statusCode: StatusCodes.Status429TooManyRequests, title: "Too many streams");

    /// <summary>Says for the answers that the framework leaves empty what to do.</summary>
    public static void Customize(ProblemDetailsOptions options) => options.CustomizeProblemDetails = context =>
        context.ProblemDetails.Detail ??= context.HttpContext.Response.StatusCode switch
        {
            StatusCodes.Status401Unauthorized => Unauthorized(context.HttpContext),
            StatusCodes.Status403Forbidden => Forbidden(context.HttpContext) ?? "The token is valid, but has no role that may do this: `role` must be authenticated (with a `sub` that is a UUID) or service_role.",
            StatusCodes.Status404NotFound => "There is nothing at this address; /openapi/v1.json lists what there is.",
            StatusCodes.Status405MethodNotAllowed => "This address does not take that method; /openapi/v1.json lists what there is.",
            StatusCodes.Status413PayloadTooLarge => "The body is larger than 64 KiB.",
            StatusCodes.Status415UnsupportedMediaType => "Send the body as JSON, with Content-Type: application/json.",
            _ => null,
        };

    // What the endpoint says of it, if it lets in fewer than others do.
    static string? Forbidden(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetOrderedMetadata<Failure>().FirstOrDefault(failure => failure.Status == StatusCodes.Status403Forbidden)?.When;

    // The handler of bearer tokens puts its reason into this header (RFC 6750, 3).
    static string Unauthorized(HttpContext context) =>
        context.Response.Headers.WWWAuthenticate.ToString() switch
        {
            var reason when reason.Contains("expired", StringComparison.OrdinalIgnoreCase) => "The token has expired; sign in again and send the new one.",
            var reason when reason.Contains("invalid_token", StringComparison.Ordinal) => "The token is not valid; send one that your Supabase project signed.",
            _ => "Send a token: Authorization: Bearer <token>.",
        };
}
