using System.Text;

namespace BatchBus.Api.Audiences;

/// <summary>Where the texts that begin with a prefix end, in the order of bytes: UTF-8 sorts as the code points do.</summary>
static class PrefixEnd
{
    /// <summary>The first text after all that begin with the prefix; null when there is none, as for an empty prefix.</summary>
    public static string? Of(string prefix)
    {
        var runes = prefix.EnumerateRunes().ToList();
        while (runes.Count > 0)
        {
            var last = runes[^1].Value;
            runes.RemoveAt(runes.Count - 1);
            if (Rune.IsValid(last + 1)) return $"{string.Concat(runes)}{new Rune(last + 1)}";
            if (last + 1 == 0xD800) return $"{string.Concat(runes)}\uE000"; // no text has surrogates by themselves
            // The last code point of all has no successor: the one before it has to grow.
        }
        return null;
    }
}
