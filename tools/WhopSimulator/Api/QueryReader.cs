using System.Globalization;
using BatchBus.WhopSimulator.Companies;

namespace BatchBus.WhopSimulator.Api;

/// <summary>Reads query parameters; each method throws a 400 that says what is wrong.</summary>
readonly struct QueryReader(IQueryCollection query)
{
    static readonly string[] Iso8601 = ["yyyy-MM-dd", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"];

    public void AllowOnly(string[] names)
    {
        foreach (var name in query.Keys)
            if (!names.Contains(name, StringComparer.Ordinal)) throw WhopErrorException.Invalid($"Unknown parameter {name}.");
    }

    public string? Text(string name) => query.TryGetValue(name, out var values)
        ? values is [{ Length: > 0 } text] ? text : throw WhopErrorException.Invalid($"{name} must be given once, and not be empty.")
        : null;

    public string Required(string name) => Text(name) ?? throw WhopErrorException.Invalid($"{name} is required.");

    public int? Integer(string name, int least, int most)
    {
        if (Text(name) is not { } text) return null;
        var isInteger = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value);
        return isInteger && value >= least && value <= most
            ? value
            : throw WhopErrorException.Invalid($"{name} must be an integer between {least} and {most}.");
    }

    public string? OneOf(string name, string[] allowed) => Text(name) is { } text ? Checked(name, text, allowed) : null;

    public HashSet<string>? AllOf(string name, string[] allowed) =>
        query.TryGetValue(name, out var values) ? [.. values.Select(value => Checked(name, value, allowed))] : null;

    public DateTime? Time(string name)
    {
        if (Text(name) is not { } text) return null;
        return DateTimeOffset.TryParseExact(text, Iso8601, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.UtcDateTime
            : throw WhopErrorException.Invalid($"{name} must be an ISO 8601 time like 2023-12-01T05:00:00.401Z.");
    }

    public int? Cursor(string name, Company company, string sort)
    {
        if (Text(name) is not { } text) return null;
        return Api.Cursor.Read(company, sort, text) ?? throw WhopErrorException.Invalid($"{name} is not a cursor of this list.");
    }

    static string Checked(string name, string? value, string[] allowed) => value is not null && allowed.Contains(value, StringComparer.Ordinal)
        ? value
        : throw WhopErrorException.Invalid($"{name} must be one of {string.Join(", ", allowed)}.");
}
