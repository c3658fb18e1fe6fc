using BatchBus.Database;
using BatchBus.Hosting;
using BatchBus.Ingest;
using MassTransit;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults("ingest");
builder.Services.AddDatabase(builder.Configuration, MemberTable.IsInsert);
builder.AddMessageBus(bus => bus.AddConsumer<MemberPageConsumer, MemberPageDefinition>());
builder.Services.AddPageStore();

return await builder.RunService();
