using BatchBus.Cli.Servers;

namespace BatchBus.Tests.Fast.Cli;

public sealed class LocalSecretsTests : IDisposable
{
    readonly TemporaryInstance _temporary = new();

    [Fact]
    public void They_are_made_once() => Assert.Equal(LocalSecrets.Of(_temporary.Instance), LocalSecrets.Of(_temporary.Instance));

    [Fact]
    public void Only_their_owner_can_read_them()
    {
        if (OperatingSystem.IsWindows()) return;
        LocalSecrets.Of(_temporary.Instance);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_temporary.Instance.FileNamed("secrets.json")));
    }

    [Fact]
    public void The_master_key_has_the_size_that_aes_256_wants() =>
        Assert.Equal(32, Convert.FromBase64String(LocalSecrets.Of(_temporary.Instance).MasterKey).Length);

    public void Dispose() => _temporary.Dispose();
}
