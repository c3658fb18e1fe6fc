using BatchBus.Cli.Processes;

namespace BatchBus.Cli.Servers;

/// <summary>Where the private PostgreSQL keeps its data, and as which user.</summary>
/// <param name="Parent">An existing folder that <paramref name="User"/> can enter.</param>
/// <param name="User">Whom the data belongs to and the server runs as; null for whoever runs this command.</param>
sealed record DataFolder(string Parent, OsUser? User)
{
    const string NoteName = "postgres-data.txt";

    // Others need to pass through to their own folder, not to look around.
    const UnixFileMode PassThrough = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The cluster's own folder.</summary>
    public string Path => System.IO.Path.Combine(Parent, "postgres");

    /// <summary>The major version that wrote the data; null when there is none yet.</summary>
    public string? Version
    {
        get
        {
            var file = System.IO.Path.Combine(Path, "PG_VERSION");
            return File.Exists(file) ? File.ReadAllText(file).Trim() : null;
        }
    }

    public static async Task<DataFolder> Of(Instance instance, CancellationToken ct)
    {
        Directory.CreateDirectory(instance.Folder);
        var user = await OsUser.ForPostgres(ct);
        if (user is null) return new DataFolder(instance.Folder, null);

        var elsewhere = new DataFolder($"/var/tmp/batchbus-{instance.Id}", user);
        var note = instance.FileNamed(NoteName);
        if (!File.Exists(note) && await CanEnter(user, instance.Folder, ct)) return new DataFolder(instance.Folder, user);
        await elsewhere.Prepare(ct);
        if (!File.Exists(note)) PostgresCluster.DiscardLeftOver(elsewhere);
        await File.WriteAllTextAsync(note, elsewhere.Note(instance), ct);
        return elsewhere;
    }

    /// <summary>Makes a folder that the server's user owns.</summary>
    public async Task Give(string folder, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        if (User is not null) await Tool.Must(ct, "chown", "-R", $"{User.Uid}:{User.Gid}", folder);
    }

    /// <summary>A checkout that root has copied holds data that belongs to root; the server needs its own.</summary>
    public async Task Reclaim(CancellationToken ct)
    {
        if (User is not null && (await Tool.Run(ct, "stat", "-c", "%u", Path)).Output != $"{User.Uid}") await Give(Path, ct);
    }

    static async Task<bool> CanEnter(OsUser user, string folder, CancellationToken ct) =>
        (await Tool.Run(ct, [.. user.Prefix, "test", "-x", folder])).ExitCode == 0;

    /// <summary>/var/tmp is everybody's, so a folder of that name may be a trap: it must be a real one, and ours.</summary>
    async Task Prepare(CancellationToken ct)
    {
        Directory.CreateDirectory(Parent);
        var owner = await Tool.Run(ct, "stat", "-c", "%u %F", Parent);
        if (owner.Output != "0 directory") throw new CliException($"{Parent} is not a folder of root's own; remove it and run the command again.");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Parent, PassThrough);
    }

    string Note(Instance instance) =>
        $"PostgreSQL's data is in {Path}: it runs as user {User!.Name}, who cannot enter {instance.Folder}.{Environment.NewLine}";
}
