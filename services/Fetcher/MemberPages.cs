using BatchBus.Contracts;
using BatchBus.Whop;

namespace BatchBus.Fetcher;

/// <summary>Puts a page of Whop into the message for Ingest.</summary>
static class MemberPages
{
    /// <param name="slice">The slice that it was read for.</param>
    /// <param name="window">The window, whose members are kept; the others on the page are another window's.</param>
    /// <param name="number">The page's number in its job.</param>
    /// <param name="page">What Whop sent.</param>
    /// <param name="isLast">True on the window's last page.</param>
    /// <param name="reached">When the last member up to here was created.</param>
    /// <param name="totalPages">How many pages the job has, on the last page of all.</param>
    public static MemberPage Of(FetchMembers slice, FetchWindow window, int number, WhopPage page, bool isLast, DateTimeOffset? reached, int? totalPages) => new()
    {
        JobId = slice.JobId,
        AudienceId = slice.AudienceId,
        PageNumber = number,
        IsLast = isLast,
        TotalPages = totalPages,
        NextCursor = page.NextCursor,
        Reached = reached,
        Members = Columns(window is { From: null, To: null } ? page.Members : [.. page.Members.Where(member => Has(window, member))]),
    };

    // Who has no time is taken wherever he is met; a member who comes twice is stored once.
    static bool Has(FetchWindow window, WhopMember member) => !(member.CreatedAt < window.From) && !(member.CreatedAt >= window.To);

    static MemberColumns Columns(IReadOnlyList<WhopMember> members)
    {
        T[] Column<T>(Func<WhopMember, T> field)
        {
            var column = new T[members.Count];
            for (var i = 0; i < column.Length; i++) column[i] = field(members[i]);
            return column;
        }

        return new MemberColumns
        {
            MemberIds = Column(m => m.Id),
            UserIds = Column(m => m.UserId),
            Emails = Column(m => m.Email),
            Names = Column(m => m.Name),
            Usernames = Column(m => m.Username),
            Statuses = Column(m => m.Status),
            AccessLevels = Column(m => m.AccessLevel),
            JoinedAt = Column(m => m.JoinedAt),
        };
    }
}
