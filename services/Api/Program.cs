using BatchBus.Api.Access;
using BatchBus.Api.Admission;
using BatchBus.Api.Audiences;
using BatchBus.Api.BatchLists;
using BatchBus.Api.Connections;
using BatchBus.Api.Data;
using BatchBus.Api.DeadLetters;
using BatchBus.Api.Events;
using BatchBus.Api.Http;
using BatchBus.Api.Jobs;
using BatchBus.Api.Retention;
using BatchBus.Api.Stats;
using BatchBus.Hosting;

if (HealthProbe.IsAsked(args)) return await HealthProbe.Ask();

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults("api");
builder.AddApiDatabase();
builder.AddJwtAccess();
builder.AddWriteLimit();
builder.AddHttpApi();
builder.AddMessageBus(bus => bus.AddBatchJobs());
builder.Services.AddAdmission();
builder.Services.AddWhopConnections();
builder.Services.AddAudiences();
builder.Services.AddEvents();
builder.Services.AddStats();
builder.Services.AddDeadLetters();
builder.Services.AddRetention();

return await builder.RunService(app =>
{
    app.UseHttpApi();
    app.MapConnections();
    app.MapBatchLists();
    app.MapJobs();
    app.MapAudiences();
    app.MapEvents();
    app.MapStats();
    app.MapDeadLetters();
});
