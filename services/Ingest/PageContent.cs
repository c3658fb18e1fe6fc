using BatchBus.Contracts;

namespace BatchBus.Ingest;

/// <summary>A page after its e-mails were checked: the rows to write, and how many had no address to write.</summary>
sealed record PageContent(MemberPage Page, IReadOnlyList<MemberRow> Rows, int Invalid, int WithoutEmail)
{
    /// <summary>Members on the page.</summary>
    public int Members => Page.Members.MemberIds.Length;

    public static PageContent Of(MemberPage page)
    {
        var members = page.Members;
        var rows = new List<MemberRow>(members.MemberIds.Length);
        var (invalid, withoutEmail) = (0, 0);
        for (var i = 0; i < members.MemberIds.Length; i++)
        {
            switch (EmailAddress.Normalise(members.Emails[i], out var email))
            {
                case EmailKind.Valid: rows.Add(Row(page.AudienceId, members, i, email!)); break;
                case EmailKind.Invalid: invalid++; break;
                case EmailKind.Missing: withoutEmail++; break;
            }
        }
        return new PageContent(page, rows, invalid, withoutEmail);
    }

    static MemberRow Row(Guid audienceId, MemberColumns members, int i, string email) => new(
        audienceId, email, Clean(members.MemberIds[i])!, Clean(members.UserIds[i]), Clean(members.Names[i]), Clean(members.Usernames[i]),
        Clean(members.Statuses[i]), Clean(members.AccessLevels[i]), members.JoinedAt[i]?.ToUniversalTime());

    // PostgreSQL's text cannot hold U+0000; nobody's name means anything by it.
    static string? Clean(string? text) => text is null || !text.Contains('\0', StringComparison.Ordinal) ? text : text.Replace("\0", "", StringComparison.Ordinal);
}
