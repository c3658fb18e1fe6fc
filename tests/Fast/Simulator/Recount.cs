using System.Globalization;
using System.Text;
using System.Text.Json;

namespace BatchBus.Tests.Fast.Simulator;

/// <summary>Counts a company's members from its pages, knowing nothing of how the simulator makes them.</summary>
sealed class Recount
{
    public HashSet<string> Emails { get; } = new(StringComparer.Ordinal);
    public int Fetched { get; private set; }
    public int Duplicates { get; private set; }
    public int Invalid { get; private set; }
    public int WithoutEmail { get; private set; }

    public static Recount Of(IEnumerable<JsonElement> members)
    {
        var recount = new Recount();
        foreach (var member in members) recount.Add(member.GetProperty("user"));
        return recount;
    }

    void Add(JsonElement user)
    {
        Fetched++;
        var written = user.ValueKind == JsonValueKind.Null ? null : user.GetProperty("email").GetString();
        if (written is null) WithoutEmail++;
        else if (Normalise(written) is not { } email) Invalid++;
        else if (!Emails.Add(email)) Duplicates++;
    }

    static string? Normalise(string written)
    {
        var text = written.Trim().Normalize(NormalizationForm.FormC).ToLowerInvariant();
        if (text.Length > 254 || text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))) return null;
        return text.Split('@') is [{ Length: > 0 } local, { Length: > 0 } domain] ? $"{local}@{new IdnMapping().GetAscii(domain)}" : null;
    }
}
