using BatchBus.Cli.Processes;

namespace BatchBus.Cli.Bench;

/// <summary>Services as their images have them.</summary>
sealed class PublishedPrograms(Checkout checkout)
{
    /// <summary>What deploy/Dockerfile gives <c>dotnet publish</c>.</summary>
    public static readonly IReadOnlyList<string> Options = ["--configuration", "Release", "-p:PublishReadyToRun=true", "--disable-build-servers", "--nologo"];

    /// <summary>Publishes a service.</summary>
    /// <returns>The same start of the published program.</returns>
    public async Task<ProcessSpec> Instead(ProcessSpec built, CancellationToken ct)
    {
        var project = built.WorkingDirectory; // a service runs in its project's folder
        var folder = Path.Combine(Instance.ForBenchmarks(checkout).FileNamed("published"), Path.GetFileName(project));
        await Tool.Must(ct, ["env", $"--chdir={checkout.Root}", "dotnet", "publish", project, "--output", folder, .. Options]);
        return built with { Program = Path.Combine(folder, Path.GetFileName(built.Program)), WorkingDirectory = folder };
    }
}
