using System.Security.Cryptography;
using BatchBus.Api.Jobs;
using BatchBus.Contracts;
using BatchBus.Fetcher;
using BatchBus.Secrets;
using BatchBus.Whop;
using CsCheck;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace BatchBus.Tests.Fast.Windows;

/// <summary>The real Fetcher and the real plan: however a company is divided into windows, they have every member once, as one cursor has.</summary>
public sealed class WindowUnionTests
{
    // Times in hours of a year and a half, often the same.
    static readonly Gen<int[]> Hours = Gen.Frequency((3, Gen.Int[0, 13_000]), (1, Gen.Int[0, 5])).Array[0, 120];

    [Fact]
    public Task Windows_have_every_member_once_while_others_join_and_leave() =>
        Gen.Select(Hours, Gen.Int[1, 8], Gen.Int[1, 6], Gen.Int[1, 30], Gen.Int[0, 20], Gen.Int[0, 20], Gen.Int[0, 10_000]).SampleAsync(
            (hours, maxWindows, pageSize, maxPages, leavers, joiners, seed) => Read(new MovingCompany(hours, leavers, joiners, seed), maxWindows, pageSize, maxPages), iter: 500, threads: 2);

    static async Task Read(MovingCompany company, int maxWindows, int pageSize, int maxPages)
    {
        await using var services = Services(company, maxWindows, pageSize);
        var (reader, windows) = (services.GetRequiredService<SliceReader>(), new WindowsInMemory());
        var reading = new JobReading(windows, windows, services.GetRequiredService<WindowPlan>());
        var job = new BatchJob { CorrelationId = Guid.NewGuid(), OwnerId = Guid.NewGuid(), AudienceId = Guid.NewGuid(), ConnectionId = Guid.NewGuid(), CreatedAt = default };
        var key = services.GetRequiredService<ApiKeyCipher>().Encrypt("key", job.ConnectionId);
        var pages = new List<MemberPage>();
        while (!job.FetchedAll)
        {
            var rest = await reading.Rest(job, TestContext.Current.CancellationToken);
            var slice = new FetchMembers
            {
                JobId = job.CorrelationId, AudienceId = job.AudienceId, ConnectionId = job.ConnectionId, CompanyId = "biz_a", EncryptedApiKey = key, Slice = 1,
                Windows = [.. rest.Select(window => window.Rest())], MaxPages = maxPages, PagesBefore = job.PagesFetched, RequestsPerMinute = 1_000_000, NotBefore = null, MessagePriority = 1,
            };
            var report = await reader.Read(slice, page => Add(pages, page), TestContext.Current.CancellationToken);
            Assert.Null(report.Stop);
            await reading.Take(job, report with { PageTime = TimeSpan.FromMinutes(1) }, TestContext.Current.CancellationToken); // ever too slow
        }
        var met = pages.SelectMany(page => page.Members.MemberIds).GroupBy(id => id).ToDictionary(id => int.Parse(id.Key, null), id => id.Count());
        Assert.All(met.Values, times => Assert.Equal(1, times));
        Assert.Empty(company.Stayers.Except(met.Keys));
        // Ingest knows by these when the job is complete, and the ledger by those that no page was lost.
        Assert.Equal(pages.Count, pages.Max(page => page.TotalPages));
        Assert.Equal((pages.Count, pages.Count), (job.PagesFetched, pages.Select(page => page.PageNumber).Distinct().Count()));
    }

    static Task Add(List<MemberPage> pages, MemberPage page)
    {
        lock (pages) pages.Add(page);
        return Task.CompletedTask;
    }

    static ServiceProvider Services(MovingCompany company, int maxWindows, int pageSize)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Whop:BaseUrl"] = "http://whop.test/api/v1", ["Whop:PageSize"] = $"{pageSize}", ["Jobs:MaxWindows"] = $"{maxWindows}",
            ["Secrets:MasterKey"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
        };
        var services = new ServiceCollection().AddMetrics()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()).AddSingleton(TimeProvider.System)
            .AddSliceReader().AddApiKeyCipher().AddWhopClient().AddSingleton<WindowPlan>();
        services.AddOptions<JobOptions>().BindConfiguration(JobOptions.SectionName);
        services.AddHttpClient(nameof(WhopClient)).ConfigurePrimaryHttpMessageHandler(() => company);
        return services.BuildServiceProvider();
    }
}
