using BatchBus.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace BatchBus.Tests.Fast.Hosting;

public sealed class RunServiceTests
{
    [Fact]
    public async Task A_service_whose_work_in_the_background_breaks_down_says_so_and_ends_with_an_error()
    {
        var (code, log) = await Run(_ => throw new InvalidOperationException("broken down"));
        Assert.Equal(1, code);
        Assert.Contains(log.GetSnapshot(), record => record is { Level: LogLevel.Critical, Exception.Message: "broken down" });
    }

    [Fact]
    public async Task A_service_that_is_told_to_stop_ends_without_an_error()
    {
        var (code, log) = await Run(lifetime => lifetime.StopApplication());
        Assert.Equal(0, code);
        Assert.Equal(0, log.Count);
    }

    /// <summary>Runs a service with one piece of work, done once it has started.</summary>
    static async Task<(int Code, FakeLogCollector Log)> Run(Action<IHostApplicationLifetime> work)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults("test");
        builder.Logging.ClearProviders().AddFakeLogging();
        builder.Services.AddHostedService(services => new Background(services.GetRequiredService<IHostApplicationLifetime>(), work));
        FakeLogCollector? log = null;
        var code = await builder.RunService(app => log = app.Services.GetFakeLogCollector());
        return (code, log!);
    }

    sealed class Background(IHostApplicationLifetime lifetime, Action<IHostApplicationLifetime> work) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            var started = new TaskCompletionSource();
            await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
            await started.Task.WaitAsync(stoppingToken);
            work(lifetime);
        }
    }
}
