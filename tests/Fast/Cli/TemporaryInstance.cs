using BatchBus.Cli;

namespace BatchBus.Tests.Fast.Cli;

/// <summary>An instance in a folder of its own, deleted at the end.</summary>
sealed class TemporaryInstance : IDisposable
{
    public TemporaryInstance() => Directory.CreateDirectory(Instance.Folder);

    public Instance Instance { get; } = Instance.At(Path.Combine(Path.GetTempPath(), $"batchbus-test-{Guid.NewGuid():N}"));

    public void Dispose() => Directory.Delete(Instance.Folder, recursive: true);
}
