using BatchBus.Database;
using BatchBus.Hosting;
using BatchBus.Hosting.Workers;
using BatchBus.Ingest;
using MassTransit;
using Microsoft.Extensions.Options;

if (HealthProbe.IsAsked(args)) return await HealthProbe.Ask();

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults("ingest");
builder.Services.AddDatabase(builder.Configuration, MemberTable.IsInsert);
builder.AddMessageBus(bus => bus.AddConsumer<MemberPageConsumer, MemberPageDefinition>());
builder.AddWorkerHeartbeat("ingest", services => services.GetRequiredService<IOptions<IngestOptions>>().Value.PagesInHand);
builder.Services.AddPageStore();

return await builder.RunService();
