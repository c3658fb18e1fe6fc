using System.Text.RegularExpressions;

namespace BatchBus.Tests.Fast.Deploy;

/// <summary>Whatever the README calls required is given to those that it is required for, in both ways to deploy.</summary>
public sealed partial class RequiredSettingsTests
{
    static readonly string[] Services = ["Api", "Fetcher", "Ingest"];

    [Fact]
    public void Every_service_is_given_what_it_cannot_start_without()
    {
        var required = Required().ToArray();
        Assert.Contains(required, need => need is { Service: "Ingest", Setting: "ConnectionStrings__Postgres" });
        var compose = DeployFiles.Documents("docker-compose.yml").Single()["services"];
        foreach (var (service, setting) in required)
        {
            var name = service.ToLowerInvariant();
            Assert.True(compose[name]["environment"][setting].IsThere, $"Compose does not give {setting} to {service}.");
            var container = DeployFiles.Documents("k8s", $"{name}.yaml")[0]["spec"]["template"]["spec"]["containers"].Items.Single();
            Assert.True(container["env"].Items.Any(variable => variable["name"].Text == setting), $"Kubernetes does not give {setting} to {service}.");
        }
    }

    static IEnumerable<(string Service, string Setting)> Required() =>
        from line in File.ReadAllLines(Path.Combine(DeployFiles.Root, "README.md"))
        let cells = line.Split('|', StringSplitOptions.TrimEntries)
        where cells.Length == 5 && cells[3].Contains("required", StringComparison.Ordinal)
        from name in Name().Matches(cells[1])
        from service in Services
        where cells[2] == "all" || cells[2].Split(", ").Contains(service)
        select (service, name.Groups[1].Value);

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Name();
}
