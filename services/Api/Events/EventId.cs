using System.Globalization;
using BatchBus.Api.Jobs;

namespace BatchBus.Api.Events;

/// <summary>
/// An event's id, <c>&lt;milliseconds&gt;-&lt;version&gt;</c>. As <c>Last-Event-ID</c> it tells when the reader was last told something, and which state of
/// the job it knows.
/// </summary>
/// <param name="ReadAt">When the job was read, by the database's clock.</param>
/// <param name="Version">The state that was read (<see cref="JobRow.Version"/>).</param>
sealed record EventId(DateTimeOffset ReadAt, string Version)
{
    public static EventId Of(JobRow row) => new(row.ReadAt, row.Version);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{ReadAt.ToUnixTimeMilliseconds()}-{Version}");

    /// <summary>Reads <c>Last-Event-ID</c>; null when there is none, or one that is not ours: then everything is news.</summary>
    public static EventId? Parse(string? text)
    {
        var parts = text?.Split('-', 2) ?? [];
        return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? new EventId(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), parts[1])
            : null;
    }
}
