using System.Net.Sockets;
using BatchBus.Api.Admission;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace BatchBus.Tests.Fast.Api;

public sealed class CalmTests
{
    readonly FakeTimeProvider _clock = new();
    readonly Calm _calm;

    public CalmTests() => _calm = new Calm(_clock);

    public static TheoryData<Exception> Lost =>
    [
        new NpgsqlException("refused", new SocketException((int)SocketError.ConnectionRefused)),
        new NpgsqlException("broken off", new IOException()),
        new NpgsqlException("Exception while reading from stream", new TimeoutException()),
        new NpgsqlException("Failed to connect to 10.0.0.1:5432", new TimeoutException()),
        new DbUpdateException("EF's", new NpgsqlException("broken off", new IOException())),
        new PostgresException("ended by an administrator", "FATAL", "FATAL", "57P01"),
        new PostgresException("starting up", "FATAL", "FATAL", "57P03"),
        new PostgresException("connection failure", "ERROR", "ERROR", "08006"),
    ];

    public static TheoryData<Exception> Kept =>
    [
        new NpgsqlException("The connection pool has been exhausted", new TimeoutException()),
        new PostgresException("deadlock detected", "ERROR", "ERROR", "40P01"),
        new PostgresException("read-only", "ERROR", "ERROR", "25006"),
        new InvalidOperationException("a bug"),
    ];

    [Fact]
    public void It_is_calm_from_the_start() => Assert.True(_calm.Holds);

    [Theory]
    [MemberData(nameof(Lost))]
    public void After_a_lost_connection_it_is_calm_again_in_fifteen_seconds(Exception exception)
    {
        _calm.Note(exception);
        _clock.Advance(TimeSpan.FromSeconds(14));
        Assert.False(_calm.Holds);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_calm.Holds);
    }

    [Fact]
    public void It_counts_from_the_last_one()
    {
        var away = new NpgsqlException("refused", new SocketException((int)SocketError.ConnectionRefused));
        _calm.Note(away);
        _clock.Advance(TimeSpan.FromSeconds(10));
        _calm.Note(away);
        _clock.Advance(TimeSpan.FromSeconds(14));
        Assert.False(_calm.Holds);
    }

    [Theory]
    [MemberData(nameof(Kept))]
    public void Trouble_of_another_kind_is_none_of_its_business(Exception exception)
    {
        _calm.Note(exception);
        Assert.True(_calm.Holds);
    }
}
