using BatchBus.Api.Access;
using BatchBus.Api.Data;
using BatchBus.Api.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace BatchBus.Api.Audiences;

/// <summary>A member of an audience.</summary>
sealed record MemberView(
    string Email, string WhopMemberId, string? WhopUserId, string? Name, string? Username, string? Status, string? AccessLevel,
    DateTimeOffset? JoinedAt, DateTimeOffset AddedAt);

/// <summary>A page of members, by e-mail.</summary>
/// <param name="Items">The members.</param>
/// <param name="Next">Give it as <c>after</c> for the next page; null on the last.</param>
sealed record MemberList(IReadOnlyList<MemberView> Items, string? Next);

static class AudienceEndpoints
{
    public static void MapAudiences(this WebApplication app)
    {
        var group = app.MapGroup("/api/audiences").WithTags("Audiences");
        group.MapGet("/{id:guid}/members", Members).WithSummary("Lists an audience's members by e-mail.");
    }

    static async Task<Results<Ok<MemberList>, ValidationProblem, ProblemHttpResult>> Members(
        Guid id, Caller caller, UserView view, CancellationToken cancellationToken, string? after = null, int limit = 100)
    {
        var checks = new Checks().That("limit", limit is >= 1 and <= 1000, "limit is a number from 1 to 1000.");
        if (checks.Failed) return TypedResults.ValidationProblem(checks.Errors);
        var members = await view.Read(caller, async db => await db.Audiences.AnyAsync(a => a.Id == id, cancellationToken)
            ? await db.Database.SqlQuery<MemberView>($"""
                SELECT email, whop_member_id, whop_user_id, name, username, status, access_level, joined_at, added_at
                FROM audience_members WHERE audience_id = {id} AND email > {after ?? ""} ORDER BY email LIMIT {limit}
                """).ToListAsync(cancellationToken)
            : null, cancellationToken);
        if (members is null) return Problems.NotFound("audience");
        return TypedResults.Ok(new MemberList(members, members.Count == limit ? members[^1].Email : null));
    }
}
