using BatchBus.Contracts;
using BatchBus.Whop;

namespace BatchBus.Fetcher;

/// <summary>Puts a page of Whop into the message for Ingest.</summary>
static class MemberPages
{
    public static MemberPage Of(FetchMembers slice, int pageNumber, WhopPage page) => new()
    {
        JobId = slice.JobId,
        AudienceId = slice.AudienceId,
        PageNumber = pageNumber,
        IsLast = page.IsLast,
        NextCursor = page.NextCursor,
        Members = Columns(page.Members),
    };

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
