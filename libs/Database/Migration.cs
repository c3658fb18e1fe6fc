using System.Reflection;

namespace BatchBus.Database;

/// <summary>One file of <c>supabase/migrations</c>.</summary>
/// <param name="Version">The digits before the first underscore of its file name, as the Supabase CLI reads it.</param>
/// <param name="Name">The rest of its file name, without the ending.</param>
/// <param name="Sql">Its text.</param>
public sealed record Migration(string Version, string Name, string Sql)
{
    /// <summary>All migrations of this build, oldest first.</summary>
    public static IReadOnlyList<Migration> All { get; } = Load();

    static Migration[] Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return [.. assembly.GetManifestResourceNames().Order(StringComparer.Ordinal).Select(file => Read(assembly, file))];
    }

    static Migration Read(Assembly assembly, string file)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(file)!);
        var (version, name) = file.IndexOf('_', StringComparison.Ordinal) is var at and > 0
            ? (file[..at], file[(at + 1)..])
            : throw new InvalidOperationException($"The migration {file} has no name of the form <version>_<name>.sql.");
        return new Migration(version, name, reader.ReadToEnd());
    }

    /// <summary>Its version and name, as its file is called.</summary>
    internal string FullName => $"{Version}_{Name}";

    /// <summary>True when another text was applied under this version. A history written by hand may hold versions alone; then there is nothing to compare.</summary>
    internal bool DiffersFrom(string recorded) => recorded.Length > 0 && Essence(recorded) != Essence(Sql);

    /// <summary>
    /// What two texts of one migration have in common: everything but comments, white space and semicolons. The Supabase CLI keeps a
    /// migration as single statements, and moves a comment behind a statement to the next one, so the text in its history differs from the
    /// file in just these.
    /// </summary>
    internal static string Essence(string sql)
    {
        var lines = sql.Split('\n').Select(line => line.IndexOf("--", StringComparison.Ordinal) is var at and >= 0 ? line[..at] : line);
        return string.Concat(string.Concat(lines).Where(c => !char.IsWhiteSpace(c) && c != ';'));
    }
}
