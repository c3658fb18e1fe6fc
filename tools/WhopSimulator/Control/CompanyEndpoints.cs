using System.Text.Json;
using BatchBus.WhopSimulator.Companies;

namespace BatchBus.WhopSimulator.Control;

static class CompanyEndpoints
{
    const int FlushEvery = 64 * 1024;

    public static void MapCompanies(this RouteGroupBuilder control)
    {
        control.MapGet("/companies/{id}", (string id, CompanyDirectory companies) => Show(id, companies));
        control.MapPut("/companies/{id}", (string id, HttpRequest request, CompanyDirectory companies) =>
            ControlBody.Handle<Shares>(request, shares => companies.Find(id) is null ? CompanyId.Rule : shares.Problem(), shares =>
            {
                companies.SetShares(id, shares);
                return Show(id, companies);
            }));
        control.MapPut("/companies/{id}/movement", (string id, HttpRequest request, CompanyDirectory companies) =>
            ControlBody.Handle<Movement>(request, movement => companies.Find(id) is { } company ? movement.Problem(company.Members) : CompanyId.Rule, movement =>
            {
                companies.SetMovement(companies.Find(id)!, movement);
                return Results.Ok(movement);
            }));
        control.MapGet("/companies/{id}/expected", (string id, HttpContext context, CompanyDirectory companies) =>
            companies.Find(id) is { } company ? Results.Stream(body => WriteExpected(company, body, context.RequestAborted), "application/x-ndjson")
                : ControlBody.BadRequest(CompanyId.Rule));
    }

    static IResult Show(string id, CompanyDirectory companies) => companies.Find(id) is { } company
        ? Results.Ok(new { companyId = company.Id, shares = company.Shares, expected = company.Expected() })
        : ControlBody.BadRequest(CompanyId.Rule);

    // A line at a time, so that the list of ten million needs no memory either.
    static async Task WriteExpected(Company company, Stream body, CancellationToken cancellation)
    {
        using var buffer = new MemoryStream(FlushEvery * 2);
        var missable = company.EmailsThatMayBeMissed();
        foreach (var email in company.ExpectedEmails())
        {
            if (missable.Contains(email)) JsonSerializer.Serialize(buffer, new { email, mayBeMissed = true });
            else JsonSerializer.Serialize(buffer, new { email });
            buffer.WriteByte((byte)'\n');
            if (buffer.Length < FlushEvery) continue;
            await body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), cancellation);
            buffer.SetLength(0);
        }
        await body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), cancellation);
    }
}
