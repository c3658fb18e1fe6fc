using System.Globalization;
using System.Text;

namespace BatchBus.Ingest;

/// <summary>What an e-mail turned out to be.</summary>
enum EmailKind
{
    Valid,
    Invalid,
    Missing,
}

/// <summary>
/// One spelling for one address: trimmed, Unicode normalisation form C, lower case, an international domain in ASCII (IDNA, RFC 5890).
/// No provider's tricks: dots and plus signs stay, for only the provider knows what they mean.
/// </summary>
static class EmailAddress
{
    // The longest path that SMTP carries, less its brackets: RFC 5321, 4.5.3.1.3.
    const int MaxLength = 254;

    static readonly IdnMapping Idn = new() { AllowUnassigned = false, UseStd3AsciiRules = false };

    /// <summary>Normalises an address; the result is null unless it is valid.</summary>
    public static EmailKind Normalise(string? text, out string? email)
    {
        email = null;
        if (string.IsNullOrWhiteSpace(text)) return EmailKind.Missing;

        var candidate = text.Trim();
        var isAscii = Ascii.IsValid(candidate);
        if (!isAscii && !TryNormaliseUnicode(ref candidate)) return EmailKind.Invalid;
        candidate = candidate.ToLowerInvariant();

        var at = candidate.IndexOf('@', StringComparison.Ordinal);
        if (at <= 0 || at == candidate.Length - 1 || candidate.AsSpan(at + 1).Contains('@') || HasForbidden(candidate)) return EmailKind.Invalid;
        if (!isAscii && !TryAsciiDomain(ref candidate, at)) return EmailKind.Invalid;
        if (candidate.Length > MaxLength) return EmailKind.Invalid;

        email = candidate;
        return EmailKind.Valid;
    }

    static bool HasForbidden(string candidate)
    {
        foreach (var c in candidate)
            if (char.IsWhiteSpace(c) || char.IsControl(c)) return true;
        return false;
    }

    static bool TryNormaliseUnicode(ref string candidate)
    {
        try
        {
            candidate = candidate.Normalize(NormalizationForm.FormC);
            return true;
        }
        // Half a surrogate pair is no text.
        catch (ArgumentException)
        {
            return false;
        }
    }

    static bool TryAsciiDomain(ref string candidate, int at)
    {
        var domain = candidate[(at + 1)..];
        if (Ascii.IsValid(domain)) return true;
        try
        {
            candidate = candidate[..(at + 1)] + Idn.GetAscii(domain).ToLowerInvariant();
            return true;
        }
        // No domain that DNS could hold.
        catch (ArgumentException)
        {
            return false;
        }
    }
}
