using System.Globalization;

namespace BatchBus.Cli.Display;

/// <summary>Numbers, times and foreign text as people read them.</summary>
static class Words
{
    public static string Number(double number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Count(long number, string one, string many) => $"{Number(number)} {(number == 1 ? one : many)}";

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    public static string Megabytes(long bytes) => $"{Number(bytes / 1024d / 1024)} MB";

    public static string Percent(double share) => share.ToString("P1", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal);

    /// <summary>A length of time in its largest unit.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 120 } => $"{Math.Max(0, Math.Floor(span.TotalSeconds)):0} s",
        { TotalMinutes: < 120 } => $"{Math.Floor(span.TotalMinutes):0} min",
        { TotalHours: < 48 } => $"{Math.Floor(span.TotalHours):0} h",
        _ => $"{Math.Floor(span.TotalDays):0} d",
    };

    /// <summary>Names and messages come from others: what could steer a terminal, or break the line, is taken out.</summary>
    public static string Foreign(string text) => string.Concat(text.ReplaceLineEndings(" ").Select(c => char.IsControl(c) ? '\uFFFD' : c));
}
