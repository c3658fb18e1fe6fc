using System.Globalization;

namespace BatchBus.Api.Http;

/// <summary>
/// Where a page of a list that is sorted newest first ends: the last item's time and id. It holds even when that item is deleted meanwhile,
/// and among items of one moment. In an address it reads <c>&lt;microseconds&gt;-&lt;id&gt;</c>; callers hand it back as they got it.
/// </summary>
readonly record struct Keyset(DateTimeOffset CreatedAt, Guid Id)
{
    /// <summary>The same as <c>before</c> of the next page. PostgreSQL keeps microseconds, so nothing is rounded.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(CreatedAt - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond}-{Id:N}");

    /// <summary>Reads <c>before</c>; the framework answers 400 and names the parameter when it is none.</summary>
    public static bool TryParse(string? text, IFormatProvider? provider, out Keyset keyset)
    {
        keyset = default;
        var parts = text?.Split('-', 2) ?? [];
        if (parts.Length != 2 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds)
            || microseconds > (DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond
            || !Guid.TryParseExact(parts[1], "N", out var id)) return false;
        keyset = new Keyset(DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond), id);
        return true;
    }
}
