namespace BatchBus.Tests.Servers.Stack;

/// <summary>A token in a file, as <c>--token-file</c> wants it; deleted at the end.</summary>
public sealed class TokenFile : IDisposable
{
    public TokenFile(string token) => File.WriteAllText(Path, $"{token}\n");

    public string Path { get; } = System.IO.Path.GetTempFileName();

    public void Dispose() => File.Delete(Path);
}
