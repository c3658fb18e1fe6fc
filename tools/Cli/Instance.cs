using System.Security.Cryptography;
using System.Text;

namespace BatchBus.Cli;

/// <summary>
/// One set of private servers and processes, with a folder of its own for ports, data, secrets and logs.
/// <c>up</c> and <c>demo</c> share one; <c>test</c>, <c>bench</c> and <c>chaos</c> have others, so that all can run side by side.
/// </summary>
sealed class Instance
{
    static readonly TimeSpan LockLimit = TimeSpan.FromSeconds(30);

    Instance(string folder)
    {
        Folder = folder;
        Id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..8];
    }

    /// <summary>Where everything of this instance lies.</summary>
    public string Folder { get; }

    /// <summary>Eight hex digits that differ between checkouts; they keep names apart that are the machine's, not the folder's.</summary>
    public string Id { get; }

    public string Logs => Path.Combine(Folder, "logs");

    public static Instance ForUse(Checkout checkout) => new(Path.Combine(checkout.Root, ".batchbus"));

    public static Instance ForTests(Checkout checkout) => new(Path.Combine(checkout.Root, ".batchbus", "test"));

    public static Instance ForBenchmarks(Checkout checkout) => new(Path.Combine(checkout.Root, ".batchbus", "bench"));

    public static Instance ForChaos(Checkout checkout) => new(Path.Combine(checkout.Root, ".batchbus", "chaos"));

    /// <summary>An instance in any folder, for tests.</summary>
    public static Instance At(string folder) => new(folder);

    public string LogOf(string process) => Path.Combine(Logs, $"{process}.log");

    public string FileNamed(string name) => Path.Combine(Folder, name);

    /// <summary>Only one command at a time starts or stops processes here; a second one waits a moment, then gives up.</summary>
    public async Task<IDisposable> Lock(CancellationToken ct)
    {
        Directory.CreateDirectory(Folder);
        var limit = new Limit(LockLimit);
        while (true)
        {
            try
            {
                return new FileStream(FileNamed("lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (!limit.IsOver)
            {
                await Limit.Pause(ct);
            }
            catch (IOException e)
            {
                throw new CliException($"Another ./batchbus command is at work in {Folder}; wait for it or stop it. ({e.Message})");
            }
        }
    }
}
