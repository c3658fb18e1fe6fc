using System.Text.Json;

namespace BatchBus.WhopSimulator.Control;

/// <summary>Reads a control request's body, and refuses with a sentence where the framework would answer with an empty 400.</summary>
static class ControlBody
{
    /// <param name="request">The request.</param>
    /// <param name="problem">One sentence for a value that is not allowed, or null.</param>
    /// <param name="apply">Makes the answer of a good value.</param>
    public static async Task<IResult> Handle<T>(HttpRequest request, Func<T, string?> problem, Func<T, IResult> apply) where T : class
    {
        if (!request.HasJsonContentType()) return BadRequest("The body must be JSON, sent as application/json.");
        T? value;
        try
        {
            value = await request.ReadFromJsonAsync<T>(request.HttpContext.RequestAborted);
        }
        catch (JsonException e)
        {
            // The exception's own message speaks of .NET types.
            return BadRequest($"The body is malformed, or has an unknown property or a value of the wrong type, at {e.Path ?? "$"}.");
        }
        if (value is null) return BadRequest("The body must be a JSON object.");
        return problem(value) is { } sentence ? BadRequest(sentence) : apply(value);
    }

    public static IResult BadRequest(string sentence) => Results.BadRequest(new { error = sentence });
}
