using System.Globalization;
using System.Text.RegularExpressions;

namespace BatchBus.WhopSimulator.Companies;

/// <summary>The id <c>biz_&lt;name&gt;_&lt;n&gt;</c> says all there is to know: a company with n members.</summary>
readonly partial record struct CompanyId(string Text, int Members)
{
    public const int MaxMembers = 10_000_000;

    /// <summary>For the control endpoints, whose callers write ids by hand.</summary>
    public const string Rule = "A company's id is biz_<name>_<n>: the name of letters, digits, '-' and '_', and n members, at most 10000000.";

    public static CompanyId? Parse(string text)
    {
        var match = Pattern().Match(text);
        if (!match.Success) return null;
        var members = int.Parse(match.Groups["n"].ValueSpan, CultureInfo.InvariantCulture);
        return members <= MaxMembers ? new CompanyId(text, members) : null;
    }

    [GeneratedRegex(@"^biz_[A-Za-z0-9_-]{1,64}_(?<n>0|[1-9][0-9]{0,7})\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
