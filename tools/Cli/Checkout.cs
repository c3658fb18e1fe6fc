namespace BatchBus.Cli;

/// <summary>The working copy that this command belongs to.</summary>
sealed record Checkout(string Root)
{
    /// <summary>Looks upwards from this program, then from the current folder: a build may put the program elsewhere.</summary>
    public static Checkout Find() => FindOrNull() ?? throw new CliException("This is not a checkout of BatchBus: run ./batchbus in its root folder.");

    /// <summary>The same; null when this program was put somewhere else.</summary>
    public static Checkout? FindOrNull() => Above(AppContext.BaseDirectory) ?? Above(Environment.CurrentDirectory);

    /// <summary>The program that the script has built from a project, e.g. <c>services/Api</c>.</summary>
    public string ProgramOf(string project) => Output(project, $"BatchBus.{Path.GetFileName(project)}");

    /// <summary>The projects under <c>tests/</c> that can be run, with their programs.</summary>
    public IEnumerable<(string Name, string Program)> TestPrograms() =>
        from name in (string[])["Fast", "Servers", "Browser"]
        where File.Exists(Path.Combine(Root, "tests", name, $"{name}.csproj"))
        select (name, Output($"tests/{name}", $"BatchBus.Tests.{name}"));

    string Output(string project, string assembly) => Path.Combine(Root, project, "bin", "Release", "net10.0", assembly);

    static Checkout? Above(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "batchbus")) && File.Exists(Path.Combine(at.FullName, "Directory.Packages.props")))
                return new Checkout(at.FullName);
        return null;
    }
}
