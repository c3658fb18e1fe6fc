using BatchBus.Contracts;
using BatchBus.Database;

namespace BatchBus.Ingest;

/// <summary>A page that no try will store: its own content forbids it.</summary>
sealed class InvalidPageException(string message) : Exception(message);

/// <summary>A page after its e-mails were checked: the rows to write, and how many had no address to write.</summary>
sealed record PageContent(MemberPage Page, IReadOnlyList<MemberRow> Rows, int Invalid, int WithoutEmail)
{
    // Npgsql stores the ends of .NET's calendar as infinity, which no reader could take back as a date.
    static readonly (DateTimeOffset First, DateTimeOffset Last) Calendar = (DateTimeOffset.MinValue.AddDays(2), DateTimeOffset.MaxValue.AddDays(-2));

    /// <summary>Members on the page.</summary>
    public int Members => Page.Members.MemberIds.Length;

    /// <exception cref="InvalidPageException">Its columns do not belong together, or its cursor cannot be kept.</exception>
    public static PageContent Of(MemberPage page)
    {
        Check(page);
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

    static void Check(MemberPage page)
    {
        Array?[] columns = page.Members is { } m
            ? [m.MemberIds, m.UserIds, m.Emails, m.Names, m.Usernames, m.Statuses, m.AccessLevels, m.JoinedAt] : [null];
        var lengths = columns.Select(column => column?.Length).Distinct().ToList();
        if (lengths is not [not null])
            throw new InvalidPageException($"The columns of the page have different lengths: {string.Join(", ", columns.Select(c => c is null ? "none" : $"{c.Length}"))}.");
        // A cursor is opaque: cleaned, it would be another one.
        if (!StorableText.IsClean(page.NextCursor)) throw new InvalidPageException("The cursor after the page is text that PostgreSQL cannot hold.");
    }

    // The list is of e-mails; a member without an id of its own has its place in it, too.
    static MemberRow Row(Guid audienceId, MemberColumns members, int i, string email) => new(
        audienceId, email, StorableText.Clean(members.MemberIds[i] ?? ""), StorableText.Clean(members.UserIds[i]), StorableText.Clean(members.Names[i]),
        StorableText.Clean(members.Usernames[i]), StorableText.Clean(members.Statuses[i]), StorableText.Clean(members.AccessLevels[i]), Date(members.JoinedAt[i]));

    static DateTimeOffset? Date(DateTimeOffset? date) => date is { } d && d > Calendar.First && d < Calendar.Last ? d.ToUniversalTime() : null;
}
