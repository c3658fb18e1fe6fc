using System.Net.Sockets;
using BatchBus.Api.Admission;
using BatchBus.Api.Data;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace BatchBus.Tests.Fast.Api;

public sealed class PostgresErrorsTests
{
    [Fact]
    public async Task A_host_that_cannot_be_resolved_is_PostgreSQL_that_is_away()
    {
        // A label has 63 characters at most (RFC 1035, 2.3.4), so nobody is asked for it.
        await using var source = NpgsqlDataSource.Create($"Host={new string('x', 64)};Username=x");
        IsAway(await Assert.ThrowsAnyAsync<Exception>(async () => await source.OpenConnectionAsync(TestContext.Current.CancellationToken)));
    }

    [Fact]
    public void A_connection_that_has_lost_step_is_a_broken_one()
    {
#pragma warning disable CA2201 // it is what Npgsql throws
        var lostStep = new Exception("Received unexpected backend message") { Source = "Npgsql" };
#pragma warning restore CA2201
        IsAway(lostStep);
        IsAway(new InvalidOperationException("EF's", lostStep));
    }

    [Fact]
    public void Another_servers_trouble_is_none_of_it()
    {
        Assert.Null(new HttpRequestException("Whop's", new SocketException((int)SocketError.HostNotFound)).Postgres());
        Assert.Null(new OperationCanceledException("ours", new NpgsqlException()).Postgres());
        Assert.Null(new InvalidOperationException("a bug").Postgres());
    }

    static void IsAway(Exception error)
    {
        Assert.True(error.Postgres() is { IsTransient: true }, error.ToString());
        var calm = new Calm(new FakeTimeProvider());
        calm.Note(error);
        Assert.False(calm.Holds);
    }
}
