using System.Net.Sockets;
using BatchBus.Hosting.Redelivery;
using MassTransit;
using Npgsql;

namespace BatchBus.Tests.Fast.Hosting;

/// <summary>Which trouble of PostgreSQL and RabbitMQ is worth another try, as docs/failures.md has it.</summary>
public sealed class WhatCanPassTests
{
    [Theory]
    [InlineData("40001")] // serialization failure
    [InlineData("40P01")] // deadlock
    [InlineData("55P03")] // a lock is not available
    [InlineData("23505")] // two transactions, one key: the next try finds the row
    [InlineData("25006")] // read-only
    [InlineData("53100")] // disk full
    [InlineData("53300")] // too many connections
    [InlineData("57P01")] // terminated by an administrator
    [InlineData("57P02")] // another session was killed
    [InlineData("57P03")] // starting up
    [InlineData("08006")] // connection failure
    public void Trouble_with_the_database_passes(string state) => Assert.True(RetryRings.CanPass(Error(state)));

    [Theory]
    [InlineData("22P05")] // text that cannot be stored
    [InlineData("22001")] // too long
    [InlineData("23502")] // not null
    [InlineData("23514")] // a check
    [InlineData("42P01")] // no such table
    [InlineData("42501")] // no right
    public void Trouble_with_the_message_or_the_code_does_not_pass(string state) => Assert.False(RetryRings.CanPass(Error(state)));

    public static TheoryData<Exception> Passing =>
    [
        new NpgsqlException("Exception while reading from stream"),
        new NpgsqlException("The connection pool has been exhausted"),
        new TimeoutException(),
        new TaskCanceledException(),
        new IOException(),
        new SocketException(),
        new ConnectionException("The broker is away"),
        new TransportUnavailableException("The broker is away"),
        new ObjectDisposedException("IServiceProvider"),
        new InvalidOperationException("An error occurred while saving", Error("40001")),
    ];

    [Theory]
    [MemberData(nameof(Passing), DisableDiscoveryEnumeration = true)]
    public void Lost_connections_and_time_outs_pass(Exception exception) => Assert.True(RetryRings.CanPass(exception));

    [Fact]
    public void A_bug_does_not_pass() => Assert.False(RetryRings.CanPass(new ArgumentOutOfRangeException()));

    static PostgresException Error(string state) => new("message", "ERROR", "ERROR", state);
}
