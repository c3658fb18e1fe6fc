using BatchBus.WhopSimulator.Companies;
using BatchBus.WhopSimulator.Faults;

namespace BatchBus.WhopSimulator.Api;

/// <summary><c>GET /members</c>.</summary>
sealed class MembersEndpoint(CompanyDirectory companies, FaultList faults, FaultyAnswer faulty)
{
    public const string Operation = "members";

    public async Task List(HttpContext context, string key)
    {
        var version = ApiVersion.Of(context.Request);
        var reader = new QueryReader(context.Request.Query);
        var company = Gate.Open(companies, reader.Required(version.CompanyParameter), key);
        var query = MembersQuery.Parse(reader, version, company);
        company.Moving?.Asked(MembersPage.NumberOf(query));
        var page = MembersPage.Select(query);

        var fault = faults.Next(new FaultTarget(Operation, company.Id, page.Number, HasCursor: page.Query.AfterCursor is not null));
        switch (fault?.Kind)
        {
            case null:
                await Write(context, page);
                break;
            case FaultKind.RepeatedCursor:
                await Write(context, page with { EndCursor = page.Query.AfterCursor, HasNext = true });
                break;
            case FaultKind.EmailsWithdrawn:
                await Write(context, page with { EmailsWithdrawn = true });
                break;
            default:
                await faulty.Send(context, fault, output => MembersWriter.Write(page, output));
                break;
        }
    }

    static async Task Write(HttpContext context, MembersPage page)
    {
        context.Response.ContentType = "application/json";
        MembersWriter.Write(page, context.Response.BodyWriter);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
