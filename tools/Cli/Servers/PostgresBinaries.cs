using System.Globalization;

namespace BatchBus.Cli.Servers;

/// <summary>Where PostgreSQL's programs are; Debian keeps them off the PATH, one folder per major version.</summary>
static class PostgresBinaries
{
    const string DebianFolder = "/usr/lib/postgresql";

    /// <summary>The folder with <c>initdb</c> and <c>postgres</c>: of the given major version, or the newest there is.</summary>
    public static string Find(string? version) =>
        version is null ? Newest() : OfVersion(version) ?? throw new CliException(
            $"The private PostgreSQL's data was written by version {version}, which is no longer installed. "
            + "Install it, or start with an empty database: delete .batchbus.");

    static string Newest() =>
        Candidates().FirstOrDefault() ?? throw new CliException(
            "PostgreSQL is not installed: run ./batchbus as root, install the package postgresql, "
            + "or give a server with ConnectionStrings__Postgres.");

    static string? OfVersion(string version) =>
        Candidates().FirstOrDefault(folder =>
            !folder.StartsWith(DebianFolder, StringComparison.Ordinal) || folder == $"{DebianFolder}/{version}/bin");

    /// <summary>Debian's folders, newest first, then those on the PATH.</summary>
    static IEnumerable<string> Candidates()
    {
        var debian = Directory.Exists(DebianFolder) ? Directory.GetDirectories(DebianFolder) : [];
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        return debian.OrderByDescending(Version).Select(folder => $"{folder}/bin")
            .Concat(path.Split(Path.PathSeparator))
            .Where(folder => File.Exists(Path.Combine(folder, "postgres")) && File.Exists(Path.Combine(folder, "initdb")));
    }

    static int Version(string folder) => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0;
}
