using System.Globalization;
using System.Text.Json;

namespace BatchBus.WhopSimulator.Api;

/// <summary>An answer in Whop's error envelope; types and messages are those of Whop's own specs.</summary>
sealed record WhopError(int Status, string Type, string Message)
{
    public static readonly WhopError Unauthorized = new(401, "unauthorized", "Invalid or missing API key");
    public static readonly WhopError Forbidden = new(403, "forbidden", "You do not have permission to access this resource");
    public static readonly WhopError NotFound = new(404, "not_found", "Resource not found");
    public static readonly WhopError Unprocessable = new(422, "verification_required", "Verification is required to complete this request");
    public static readonly WhopError Internal = new(500, "internal_server_error", "An unexpected error occurred");

    /// <summary>Only 400 has <c>code</c> and <c>param</c>.</summary>
    public string? Code { get; init; }

    /// <summary>Seconds for the <c>Retry-After</c> header, or null for none.</summary>
    public int? RetryAfter { get; init; }

    public static WhopError Invalid(string message) => new(400, "invalid_request_error", message) { Code = "parameter_invalid" };

    public static WhopError RateLimited(int seconds, bool withHeader) =>
        new(429, "rate_limit_exceeded", $"Try again in {seconds} seconds.") { RetryAfter = withHeader ? seconds : null };

    public async Task WriteTo(HttpResponse response)
    {
        response.StatusCode = Status;
        response.ContentType = "application/json";
        if (RetryAfter is { } seconds) response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        await using (var json = new Utf8JsonWriter(response.BodyWriter)) Write(json);
        await response.BodyWriter.FlushAsync(response.HttpContext.RequestAborted);
    }

    void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartObject("error"u8);
        json.WriteString("type"u8, Type);
        if (Code is not null) json.WriteString("code"u8, Code);
        json.WriteString("message"u8, Message);
        if (Code is not null) json.WriteNull("param"u8);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}

/// <summary>Ends a request with an error; <see cref="Gate"/> writes it.</summary>
sealed class WhopErrorException(WhopError error) : Exception(error.Message)
{
    public WhopError Error { get; } = error;

    public static WhopErrorException Invalid(string message) => new(WhopError.Invalid(message));
}
