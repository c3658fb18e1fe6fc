namespace BatchBus.Api.Http;

/// <summary>Collects what is wrong with a request, by field, so that all of it is said at once.</summary>
sealed class Checks
{
    readonly Dictionary<string, string[]> _errors = [];

    public bool Failed => _errors.Count > 0;

    public IDictionary<string, string[]> Errors => _errors;

    /// <summary>PostgreSQL's text cannot hold U+0000; the other two are no characters.</summary>
    public static bool IsText(string? text) => !text.AsSpan().ContainsAny('\0', '\uFFFE', '\uFFFF');

    public Checks Text(string field, string? value, int maxLength)
    {
        if (string.IsNullOrWhiteSpace(value)) _errors[field] = [$"Give {field}: text of 1 to {maxLength} characters."];
        else if (value.Length > maxLength) _errors[field] = [$"{field} has {value.Length} characters; {maxLength} is the most."];
        else if (!IsText(value)) _errors[field] = [$"{field} has characters that are no text."];
        return this;
    }

    public Checks That(string field, bool holds, string sentence)
    {
        if (!holds) _errors.TryAdd(field, [sentence]);
        return this;
    }
}
