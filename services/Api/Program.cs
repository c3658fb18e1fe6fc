using BatchBus.Api.Access;
using BatchBus.Api.Admission;
using BatchBus.Api.Audiences;
using BatchBus.Api.BatchLists;
using BatchBus.Api.Connections;
using BatchBus.Api.Data;
using BatchBus.Api.Http;
using BatchBus.Api.Jobs;
using BatchBus.Api.Stats;
using BatchBus.Hosting;
using BatchBus.Secrets;
using BatchBus.Whop;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults("api");
builder.AddApiDatabase();
builder.AddJwtAccess();
builder.AddHttpApi();
builder.AddMessageBus(bus => bus.AddBatchJobs());
builder.Services.AddAdmission();
builder.Services.AddStats();
builder.Services.AddApiKeyCipher();
builder.Services.AddWhopClient();

return await builder.RunService(app =>
{
    app.UseHttpApi();
    app.MapConnections();
    app.MapBatchLists();
    app.MapJobs();
    app.MapAudiences();
    app.MapStats();
});
