using BatchBus.Api.Admission;
using BatchBus.Contracts;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace BatchBus.Tests.Servers.Admission;

public sealed class AdmissionSignalTests
{
    static readonly TimeSpan Long = TimeSpan.FromHours(1);

    [Fact]
    public async Task A_rest_is_cut_short_for_a_vip_job_alone()
    {
        await using var database = await MigratedDatabase.Create();
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        using var signal = Signal(source);
        var rest = signal.Rest(Long, TestContext.Current.CancellationToken);
        signal.Wake(JobPriority.High);
        await signal.Wait(Long, TestContext.Current.CancellationToken);
        Assert.False(rest.IsCompleted);
        signal.Wake(JobPriority.Vip);
        await rest;
        await signal.Wait(Long, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("high", false)]
    [InlineData("vip", true)]
    public async Task PostgreSQL_tells_of_a_row_that_no_Api_has_seen_and_how_urgent_it_is(string priority, bool isUrgent)
    {
        await using var database = await MigratedDatabase.Create();
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        using var signal = Signal(source);
        await signal.StartAsync(TestContext.Current.CancellationToken);
        await signal.Wait(Long, TestContext.Current.CancellationToken); // it listens now, and looks at what came before
        var rest = signal.Rest(Long, TestContext.Current.CancellationToken);
        var job = await SeededJob.Insert(database, "paused");
        await database.Execute("UPDATE batch_processing_queue SET priority = $2, status = 'pending' WHERE id = $1", job.JobId, priority);
        await signal.Wait(Long, TestContext.Current.CancellationToken);
        if (isUrgent) await rest;
        Assert.Equal(isUrgent, rest.IsCompleted);
        await signal.StopAsync(TestContext.Current.CancellationToken);
    }

    static AdmissionSignal Signal(NpgsqlDataSource database) => new(database, TimeProvider.System, NullLogger<AdmissionSignal>.Instance);
}
