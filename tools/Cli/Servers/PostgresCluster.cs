using System.Globalization;
using BatchBus.Cli.Processes;

namespace BatchBus.Cli.Servers;

/// <summary>The data folder of the private PostgreSQL.</summary>
static class PostgresCluster
{
    /// <summary>Makes an empty cluster beside its final place and then renames it, so that a kill in the middle leaves no half of one.</summary>
    public static async Task Create(DataFolder data, string binaries, string adminPassword, CancellationToken ct)
    {
        var draft = Path.Combine(data.Parent, "postgres.new");
        if (Directory.Exists(draft)) Directory.Delete(draft, recursive: true);
        var cluster = Path.Combine(draft, "data");
        var password = Path.Combine(draft, "password");
        await data.Give(draft, ct);
        await File.WriteAllTextAsync(password, adminPassword, ct);
        await data.Give(draft, ct);

        // Passwords although it is on 127.0.0.1 only: every user of this machine can connect there.
        await Tool.Must(ct, [.. data.User?.Prefix ?? [], Path.Combine(binaries, "initdb"), "-D", cluster, "-U", "postgres", $"--pwfile={password}",
            "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"]);
        Directory.Move(cluster, data.Path);
        Directory.Delete(draft, recursive: true);
    }

    /// <summary>
    /// A killed server leaves <c>postmaster.pid</c>. PostgreSQL itself sees through it, unless some other process of the same user
    /// has that process id by now, as after a restart of the machine.
    /// </summary>
    public static void RemoveStaleLock(DataFolder data)
    {
        if (ServerOf(data) is null) File.Delete(LockFile(data));
    }

    /// <summary>Data outside the checkout outlives it; in the next checkout at the same path nobody knows its password any more.</summary>
    public static void DiscardLeftOver(DataFolder data)
    {
        if (!Directory.Exists(data.Path)) return;
        if (ServerOf(data) is { } pid)
            throw new CliException($"A PostgreSQL of an earlier checkout still runs on {data.Path}: "
                + $"end process {pid} (kill -INT {pid}), then run the command again.");
        Directory.Delete(data.Path, recursive: true);
    }

    static string LockFile(DataFolder data) => Path.Combine(data.Path, "postmaster.pid");

    /// <summary>The process that serves this very folder, or null.</summary>
    static int? ServerOf(DataFolder data)
    {
        if (!File.Exists(LockFile(data))) return null;
        var pid = int.Parse(File.ReadLines(LockFile(data)).First(), CultureInfo.InvariantCulture);
        var runs = ProcessIdentity.Of(pid) is not null && File.ReadAllText($"/proc/{pid}/cmdline").Split('\0').Contains(data.Path);
        return runs ? pid : null;
    }
}
