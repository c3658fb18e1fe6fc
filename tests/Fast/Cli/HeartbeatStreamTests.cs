using System.IO.Pipelines;
using BatchBus.Cli.Jobs;
using Microsoft.Extensions.Time.Testing;

namespace BatchBus.Tests.Fast.Cli;

public sealed class HeartbeatStreamTests
{
    readonly FakeTimeProvider _clock = new();
    readonly Pipe _pipe = new();
    readonly byte[] _buffer = new byte[16];

    [Fact]
    public async Task What_comes_in_time_is_read_and_silence_ends_it()
    {
        await using var stream = new HeartbeatStream(_pipe.Reader.AsStream(), TimeSpan.FromSeconds(60), _clock);
        for (var i = 0; i < 3; i++)
        {
            var read = stream.ReadAsync(_buffer, TestContext.Current.CancellationToken);
            _clock.Advance(TimeSpan.FromSeconds(59));
            await _pipe.Writer.WriteAsync(":\n\n"u8.ToArray(), TestContext.Current.CancellationToken);
            Assert.Equal(3, await read);
        }
        var quiet = stream.ReadAsync(_buffer, TestContext.Current.CancellationToken).AsTask();
        _clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("nothing was heard for 60 s", (await Assert.ThrowsAsync<IOException>(() => quiet)).Message);
    }

    [Fact]
    public async Task Whoever_reads_may_stop()
    {
        await using var stream = new HeartbeatStream(_pipe.Reader.AsStream(), TimeSpan.FromSeconds(60), _clock);
        using var stop = new CancellationTokenSource();
        var read = stream.ReadAsync(_buffer, stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
    }
}
