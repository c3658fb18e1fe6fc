using System.Reflection;

namespace BatchBus.Tests.Fast.Deploy;

/// <summary>The settings that the programs know: properties of options classes, and names that stand in the sources.</summary>
static class KnownSettings
{
    static readonly Assembly[] Programs =
    [
        .. ((string[])["BatchBus.Api", "BatchBus.Fetcher", "BatchBus.Ingest", "BatchBus.WhopSimulator", "BatchBus.Hosting", "BatchBus.Whop", "BatchBus.Secrets"]).Select(Assembly.Load),
    ];

    static readonly Lazy<string> Sources = new(() => string.Concat(((string[])["libs", "services", "tools"])
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(DeployFiles.Root, folder), "*.cs", SearchOption.AllDirectories))
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).Select(File.ReadAllText)));

    public static bool Contain(string setting) => setting.Split("__") switch
    {
        ["ConnectionStrings", var name] => Sources.Value.Contains($"GetConnectionString(\"{name}\")", StringComparison.Ordinal),
        [var section, var property] when HasProperty(section, property) => true,
        _ => Sources.Value.Contains($"\"{setting}\"", StringComparison.Ordinal),
    };

    static bool HasProperty(string section, string property) => Programs.SelectMany(program => program.GetTypes())
        .Any(type => type.GetField("SectionName")?.GetRawConstantValue() as string == section && type.GetProperty(property) is not null);
}
