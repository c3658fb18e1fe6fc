using System.Runtime.CompilerServices;
using Npgsql;

namespace BatchBus.Tests.Servers.Supabase;

/// <summary>Supabase's own command line, with the project's migrations.</summary>
public sealed class SupabaseCli() : NpmInstallation(ThisFolder())
{
    /// <summary>Runs <c>supabase db push</c> on a database, and answers with what it said.</summary>
    public async Task<string> Push(string connectionString, params string[] options)
    {
        var migrations = Path.Combine(Folder, "supabase", "migrations");
        Directory.CreateDirectory(migrations);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(ThisFolder(), "../../../supabase/migrations")))
            File.Copy(file, Path.Combine(migrations, Path.GetFileName(file)), overwrite: true);

        // A home of its own, where it may keep what it likes.
        var environment = new Dictionary<string, string> { ["HOME"] = Folder, ["DO_NOT_TRACK"] = "1" };
        var (exitCode, output, error) = await Run("npx", ["--no", "supabase", "db", "push", "--yes", $"--remote={Url(connectionString)}", .. options], environment);
        Assert.True(exitCode == 0, $"supabase db push failed: {output} {error}");
        return output + error;
    }

    static string Url(string connectionString)
    {
        var to = new NpgsqlConnectionStringBuilder(connectionString);
        return $"postgres://{Uri.EscapeDataString(to.Username!)}:{Uri.EscapeDataString(to.Password ?? "")}@{to.Host}:{to.Port}/{to.Database}";
    }

    static string ThisFolder([CallerFilePath] string thisFile = "") => Path.GetDirectoryName(thisFile)!;
}
