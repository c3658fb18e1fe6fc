using System.Diagnostics;
using Npgsql;

namespace BatchBus.Tests.Servers.Connections;

/// <summary>What <c>pg_dump</c> writes of a database: schema and every row.</summary>
static class DatabaseDump
{
    public static async Task<string> Of(TestDatabase database)
    {
        var login = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        var start = new ProcessStartInfo(Program(), ["--host", login.Host!, "--port", $"{login.Port}", "--username", login.Username!, "--dbname", database.Name])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["PGPASSWORD"] = login.Password;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await errors);
        return await output;
    }

    // The newest: it dumps every older server. Debian keeps it beside the server's programs.
    static string Program() => (Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [])
        .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0)
        .Select(folder => $"{folder}/bin/pg_dump").FirstOrDefault(File.Exists) ?? "pg_dump";
}
