using System.Globalization;

namespace BatchBus.Cli.Processes;

/// <summary>A user of the operating system that root starts a program as.</summary>
sealed record OsUser(string Name, int Uid, int Gid)
{
    /// <summary>
    /// Whom PostgreSQL runs as: it refuses to run as root, so then as <c>postgres</c>, which its package brings, or else as <c>nobody</c>.
    /// Null for an ordinary user, who runs it as himself.
    /// </summary>
    public static async Task<OsUser?> ForPostgres(CancellationToken ct)
    {
        if (!Environment.IsPrivilegedProcess) return null;
        return await Find("postgres", ct) ?? await Find("nobody", ct)
            ?? throw new CliException("PostgreSQL does not run as root, and this machine has neither a user postgres nor nobody.");
    }

    /// <summary>
    /// The words to put before a command so that it runs as this user. setpriv replaces itself by the command, so the process id stays;
    /// su and runuser stay in between.
    /// </summary>
    public IReadOnlyList<string> Prefix => ["setpriv", $"--reuid={Uid}", $"--regid={Gid}", "--clear-groups", "--"];

    static async Task<OsUser?> Find(string name, CancellationToken ct)
    {
        var uid = await Tool.Run(ct, "id", "-u", name);
        if (uid.ExitCode != 0) return null;
        var gid = await Tool.Run(ct, "id", "-g", name);
        return new OsUser(name, Number(uid), Number(gid));
    }

    static int Number(ToolResult result) => int.Parse(result.Output, CultureInfo.InvariantCulture);
}
