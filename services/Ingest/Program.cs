using BatchBus.Database;
using BatchBus.Hosting;
using BatchBus.Hosting.Workers;
using BatchBus.Ingest;
using MassTransit;
using Microsoft.Extensions.Options;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults("ingest");
builder.Services.AddDatabase(builder.Configuration);
builder.AddMessageBus(bus => bus.AddConsumer<MemberPageConsumer, MemberPageDefinition>());
builder.AddWorkerHeartbeat("ingest", services => services.GetRequiredService<IOptions<IngestOptions>>().Value.PagesInHand);
builder.Services.AddPageStore();

return await builder.RunService();
