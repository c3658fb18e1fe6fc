using BatchBus.Api.Access;
using BatchBus.Api.Admission;
using BatchBus.Api.Audiences;
using BatchBus.Api.BatchLists;
using BatchBus.Api.Broker;
using BatchBus.Api.Connections;
using BatchBus.Api.Dashboard;
using BatchBus.Api.Data;
using BatchBus.Api.DeadLetters;
using BatchBus.Api.Events;
using BatchBus.Api.Gauges;
using BatchBus.Api.Http;
using BatchBus.Api.Jobs;
using BatchBus.Api.Retention;
using BatchBus.Api.Stats;
using BatchBus.Api.Workers;
using BatchBus.Hosting;

if (HealthProbe.IsAsked(args)) return await HealthProbe.Ask();

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults("api");
builder.AddApiDatabase();
builder.AddJwtAccess();
builder.AddWriteLimit();
builder.AddHttpApi();
builder.AddDashboard();
builder.AddMessageBus(bus =>
{
    bus.AddBatchJobs();
    bus.AddWorkerHeartbeats();
});
builder.Services.AddAdmission();
builder.Services.AddWhopConnections();
builder.Services.AddBatchLists();
builder.Services.AddAudiences();
builder.Services.AddEvents();
builder.Services.AddStats();
builder.Services.AddWorkers();
builder.Services.AddQueueOverview();
builder.Services.AddDeadLetters();
builder.Services.AddRetention();
builder.Services.AddGauges();

return await builder.RunService(app =>
{
    app.UseHttpApi();
    app.MapConnections();
    app.MapBatchLists();
    app.MapJobs();
    app.MapAudiences();
    app.MapEvents();
    app.MapStats();
    app.MapWorkers();
    app.MapQueues();
    app.MapDeadLetters();
    app.MapDashboard();
});
