using BatchBus.Api.Access;
using BatchBus.Api.Data;
using Microsoft.EntityFrameworkCore;

namespace BatchBus.Api.Audiences;

/// <summary>Reads an audience's members as the user who asks, in the order of the primary key.</summary>
sealed class MemberQueries(UserView view)
{
    /// <summary>The members whose e-mail begins with <paramref name="prefix"/> and comes after <paramref name="after"/>; null when the audience is not the caller's.</summary>
    public Task<List<MemberView>?> Page(Caller caller, Guid audience, string prefix, string after, int limit, CancellationToken cancellationToken) =>
        view.Read(caller, db => Page(db, audience, prefix, after, limit, cancellationToken), cancellationToken);

    /// <summary>A part of all members, for a download: PostgreSQL may be away for a moment.</summary>
    public Task<List<MemberView>?> Part(Caller caller, Guid audience, string after, int limit, CancellationToken cancellationToken) =>
        view.ReadPatiently(caller, db => Page(db, audience, "", after, limit, cancellationToken), cancellationToken);

    static async Task<List<MemberView>?> Page(ApiDbContext db, Guid audience, string prefix, string after, int limit, CancellationToken cancellationToken)
    {
        await db.Database.ExecuteSqlAsync(InOrderOfTheKey, cancellationToken);
        var members = await db.Database.SqlQuery<MemberView>(Sql(audience, prefix, after, limit)).ToListAsync(cancellationToken);
        // Asked afterwards: an audience that is deleted between the two statements has no members any more, and would look as if it had ended here.
        return await db.Audiences.AnyAsync(a => a.Id == audience, cancellationToken) ? members : null;
    }

    // Before PostgreSQL has analyzed a table that grew fast, it takes an audience for small, and would sort all of it for each page.
    static readonly FormattableString InOrderOfTheKey = $"SET LOCAL enable_sort = off";

    // Two texts, so that the key's index knows both ends of its range. Addresses compare by bytes (COLLATE "C").
    static FormattableString Sql(Guid audience, string prefix, string after, int limit) => PrefixEnd.Of(prefix) is { } end
        ? (FormattableString)$"""
            SELECT email, whop_member_id, whop_user_id, name, username, status, access_level, joined_at, added_at, changed_at, missing_since
            FROM audience_members WHERE audience_id = {audience} AND email >= {prefix} AND email < {end} AND email > {after} ORDER BY email LIMIT {limit}
            """
        : $"""
            SELECT email, whop_member_id, whop_user_id, name, username, status, access_level, joined_at, added_at, changed_at, missing_since
            FROM audience_members WHERE audience_id = {audience} AND email >= {prefix} AND email > {after} ORDER BY email LIMIT {limit}
            """;
}
