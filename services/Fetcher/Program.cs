using BatchBus.Fetcher;
using BatchBus.Hosting;
using BatchBus.Secrets;
using BatchBus.Whop;
using MassTransit;

if (HealthProbe.IsAsked(args)) return await HealthProbe.Ask();

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults("fetcher");
builder.AddMessageBus(bus => bus.AddConsumer<FetchMembersConsumer, FetchMembersDefinition>());
builder.Services.AddApiKeyCipher();
builder.Services.AddWhopClient();
builder.Services.AddSliceReader();

return await builder.RunService();
