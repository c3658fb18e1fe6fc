namespace BatchBus.Tests.Servers;

/// <summary>Counts the bytes that go one way, and stops them after a chosen one.</summary>
sealed class ByteGate
{
    readonly Lock _lock = new();
    TaskCompletionSource _stopped = New(), _opened = New();
    long _left = long.MaxValue;

    public long Passed { get; private set; }

    /// <summary>Lets so many more bytes pass. The task ends when others wait behind them.</summary>
    public Task StopAfter(long bytes)
    {
        lock (_lock)
        {
            (_left, _stopped) = (bytes, New());
            return _stopped.Task;
        }
    }

    /// <summary>Lets pass what waits, and all that comes.</summary>
    public void Open()
    {
        lock (_lock)
        {
            _left = long.MaxValue;
            _opened.SetResult();
            _opened = New();
        }
    }

    /// <summary>Writes the bytes, the last of them perhaps much later.</summary>
    public async Task Pass(ReadOnlyMemory<byte> bytes, Func<ReadOnlyMemory<byte>, Task> write)
    {
        while (bytes.Length > 0)
        {
            var (count, opened) = Take(bytes.Length);
            if (count > 0) await write(bytes[..count]);
            else await opened;
            bytes = bytes[count..];
        }
    }

    (int Count, Task Opened) Take(int wanted)
    {
        lock (_lock)
        {
            var count = (int)Math.Min(wanted, _left);
            if (count == 0) _stopped.TrySetResult();
            _left -= count;
            Passed += count;
            return (count, _opened.Task);
        }
    }

    static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
