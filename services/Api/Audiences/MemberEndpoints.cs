using System.Text;
using BatchBus.Api.Access;
using BatchBus.Api.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BatchBus.Api.Audiences;

static class MemberEndpoints
{
    public static void MapMembers(this RouteGroupBuilder audiences)
    {
        audiences.MapGet("/{id:guid}/members", List).WithSummary("Lists an audience's members by e-mail.").FailsWithout("audience");
        audiences.MapGet("/{id:guid}/members.csv", Download).WithSummary("Downloads an audience's members as CSV (RFC 4180), by e-mail.")
            .Produces(StatusCodes.Status200OK, contentType: MemberCsv.ContentType).FailsWithout("audience");
    }

    static async Task<Results<Ok<MemberList>, ValidationProblem, ProblemHttpResult>> List(
        Guid id, Caller caller, MemberQueries members, CancellationToken cancellationToken, string? after = null, int limit = 100, string? prefix = null)
    {
        var checks = new Checks()
            .Limit(limit, most: 1000)
            .That("after", Checks.IsText(after), "after is the `next` of the page before.")
            .That("prefix", Checks.IsText(prefix), "prefix is the beginning of an e-mail address.");
        if (checks.Failed) return TypedResults.ValidationProblem(checks.Errors);
        // Addresses are stored in one spelling (docs/audiences.md), whatever people type.
        var begins = (prefix ?? "").Trim().Normalize(NormalizationForm.FormC).ToLowerInvariant();
        if (await members.Page(caller, id, begins, after ?? "", limit + 1, cancellationToken) is not { } found) return Problems.NotFound("audience");
        var (items, next) = found.Page(limit, last => last.Email);
        return TypedResults.Ok(new MemberList(items, next));
    }

    static async Task<IResult> Download(Guid id, Caller caller, AudienceQueries audiences, MemberQueries members, CancellationToken cancellationToken, bool raw = false) =>
        await audiences.Find(caller, id, cancellationToken) is { } audience
            ? new MemberCsv(audience, (after, limit) => members.Part(caller, id, after, limit, cancellationToken), raw)
            : Problems.NotFound("audience");
}
