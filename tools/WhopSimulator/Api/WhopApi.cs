namespace BatchBus.WhopSimulator.Api;

/// <summary>Whop's address space.</summary>
static class WhopApi
{
    public static void MapWhopApi(this WebApplication app)
    {
        var gate = app.Services.GetRequiredService<Gate>();
        var members = app.Services.GetRequiredService<MembersEndpoint>();
        var companies = app.Services.GetRequiredService<CompaniesEndpoint>();

        var api = app.MapGroup("/api/v1");
        api.MapGet("/members", context => gate.Answer(context, MembersEndpoint.Operation, members.List));
        api.MapGet("/companies/{id}", context => gate.Answer(context, CompaniesEndpoint.Operation, companies.Get));
        api.MapFallback(context => gate.Answer(context, "other", (_, _) => throw new WhopErrorException(WhopError.NotFound)));
    }
}
