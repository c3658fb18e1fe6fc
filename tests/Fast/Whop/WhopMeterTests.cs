using System.Diagnostics.Metrics;
using System.Net;
using BatchBus.Whop;
using Microsoft.Extensions.DependencyInjection;

namespace BatchBus.Tests.Fast.Whop;

public sealed class WhopMeterTests
{
    [Theory]
    [InlineData(false, false, "http.response.status_code=200")]
    [InlineData(false, true, "error.type=unreachable")]
    [InlineData(true, true, "error.type=unreachable")]
    public async Task A_request_is_counted_once_by_its_status_or_by_what_went_wrong(bool breaksAtOnce, bool breaksInItsBody, string counted)
    {
        await using var provider = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = provider.GetRequiredService<IMeterFactory>();
        var counts = new List<string>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, self) => { if (instrument.Meter.Scope == meters) self.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) => counts.Add($"{tags[0].Key}={tags[0].Value}" + (count == 1 ? "" : $" {count}")));
        listener.Start();

        using var http = new HttpMessageInvoker(new AttemptHandler(new WhopMeter(meters)) { InnerHandler = new Way(breaksAtOnce, breaksInItsBody) });
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://whop.test/");
        var error = await Record.ExceptionAsync(() => http.SendAsync(request, TestContext.Current.CancellationToken));
        Assert.Equal(breaksInItsBody, error is HttpRequestException);
        Assert.Equal([counted], counts);
    }

    sealed class Way(bool breaksAtOnce, bool breaksInItsBody) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => breaksAtOnce
            ? throw new HttpRequestException("no way")
            : Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = breaksInItsBody ? new StreamContent(new Broken()) : new StringContent("{}") });
    }

    sealed class Broken : MemoryStream
    {
        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) => throw new IOException("The connection was closed.");
    }
}
