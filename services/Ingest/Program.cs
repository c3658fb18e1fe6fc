using BatchBus.Database;
using BatchBus.Hosting;
using BatchBus.Ingest;
using MassTransit;

if (HealthProbe.IsAsked(args)) return await HealthProbe.Ask();

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults("ingest");
builder.Services.AddDatabase(builder.Configuration);
builder.AddMessageBus(bus => bus.AddConsumer<MemberPageConsumer, MemberPageDefinition>());
builder.Services.AddPageStore();

return await builder.RunService();
