using BatchBus.Fetcher;
using BatchBus.Hosting;
using BatchBus.Hosting.Workers;
using BatchBus.Secrets;
using BatchBus.Whop;
using MassTransit;
using Microsoft.Extensions.Options;

if (HealthProbe.IsAsked(args)) return await HealthProbe.Ask();

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults("fetcher");
builder.AddMessageBus(bus => bus.AddConsumer<FetchMembersConsumer, FetchMembersDefinition>());
builder.AddWorkerHeartbeat("fetcher", services => services.GetRequiredService<IOptions<FetcherOptions>>().Value.ConcurrentSlices);
builder.Services.AddApiKeyCipher();
builder.Services.AddWhopClient();
builder.Services.AddSliceReader();

return await builder.RunService();
