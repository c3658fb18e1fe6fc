using System.Text.RegularExpressions;
using BatchBus.Cli.Bench;
using BatchBus.Hosting;

namespace BatchBus.Tests.Fast.Deploy;

/// <summary>What <c>deploy/docker-compose.yml</c> and the Dockerfile name exists in the code.</summary>
public sealed partial class ComposeTests
{
    static readonly Yaml Compose = DeployFiles.Documents("docker-compose.yml").Single();
    static readonly string Dockerfile = DeployFiles.Read("Dockerfile");

    static IEnumerable<(string Key, Yaml Value)> Built => Compose["services"].Entries.Where(service => service.Value["build"].IsThere);

    [Fact]
    public void Every_setting_exists()
    {
        var settings = Built.SelectMany(service => service.Value["environment"].Entries.Select(setting => setting.Key)).Distinct().ToArray();
        Assert.True(settings.Length > 10, string.Join(' ', settings));
        Assert.All(settings, setting => Assert.True(KnownSettings.Contain(setting), $"No program knows {setting}."));
    }

    [Fact]
    public void Every_image_is_a_program_that_exists_and_only_what_can_ask_for_its_health_does()
    {
        Assert.Equal(["api", "fetcher", "ingest", "migrate", "simulator"], Built.Select(service => service.Key).Order());
        foreach (var (name, service) in Built)
        {
            var (project, target) = (service["build"]["args"]["PROJECT"].Text, service["build"]["target"].Text);
            Assert.True(File.Exists(Path.Combine(DeployFiles.Root, project, $"{Path.GetFileName(project)}.csproj")), $"{name}: there is no {project}.");
            Assert.Contains($" AS {target}\n", Dockerfile, StringComparison.Ordinal);
            var asks = File.ReadAllText(Path.Combine(DeployFiles.Root, project, "Program.cs")).Contains("HealthProbe.IsAsked(args)", StringComparison.Ordinal);
            Assert.Equal(asks ? "service" : "tool", target);
        }
        Assert.Contains("CMD [\"/app/start\", \"--health\"]", Dockerfile, StringComparison.Ordinal);
        Assert.True(HealthProbe.IsAsked(["--health"]));
    }

    [Fact]
    public void The_benchmark_of_cold_starts_publishes_as_the_images_do() =>
        Assert.Contains($"dotnet publish \"$PROJECT\" --output /app {string.Join(' ', PublishedPrograms.Options)} \\\n", Dockerfile, StringComparison.Ordinal);

    [Fact]
    public void A_service_that_is_scaled_has_neither_a_name_nor_a_port_on_the_host()
    {
        foreach (var name in (string[])["fetcher", "ingest"])
        {
            var service = Compose["services"][name];
            Assert.True(service["image"].IsThere);
            Assert.False(service["container_name"].IsThere || service["ports"].IsThere || service["hostname"].IsThere, $"{name} could not be scaled.");
        }
    }

    [Fact]
    public void Ports_on_the_host_are_this_machines_own_and_lead_to_one_that_the_image_serves()
    {
        var ports = Compose["services"].Entries.SelectMany(service => service.Value["ports"].Items.Select(port => (service.Key, port.Text))).ToArray();
        Assert.All(ports, port => Assert.StartsWith("127.0.0.1:", port.Text, StringComparison.Ordinal));
        var served = Assert.Single(ports, port => port.Key == "api").Text.Split(':')[^1];
        Assert.Contains($"ASPNETCORE_HTTP_PORTS={served}", Dockerfile, StringComparison.Ordinal);
        Assert.Equal(new Uri($"http://127.0.0.1:{served}/"), HealthProbe.Address(null, served));
    }

    [Fact]
    public void No_secret_has_a_default_and_a_missing_one_is_said()
    {
        foreach (var (name, otherwise) in Variables().Where(variable => Secret().IsMatch(variable.Name)))
            Assert.True(otherwise is ":-" || otherwise.StartsWith(":?set it in deploy/.env", StringComparison.Ordinal), $"{name} has {otherwise}.");
        Assert.Contains(Variables(), variable => variable == ("SECRETS_MASTER_KEY", ":?set it in deploy/.env, see deploy/example.env"));
    }

    [Theory]
    [InlineData("demo.env")]
    [InlineData("example.env")]
    public void An_env_file_has_every_variable_that_is_required_and_none_that_is_not_used(string file)
    {
        var (variables, used) = (DeployFiles.Variables(file), Variables().ToArray());
        Assert.Empty(used.Where(variable => variable.Otherwise.StartsWith(":?", StringComparison.Ordinal)).Select(variable => variable.Name).Except(variables.Keys));
        Assert.Empty(variables.Keys.Except(used.Select(variable => variable.Name)));
        if (file == "example.env") Assert.All(variables.Values, Assert.Empty);
    }

    [Fact]
    public void A_service_has_more_time_to_end_than_it_takes()
    {
        foreach (var name in (string[])["api", "fetcher", "ingest"])
            Assert.True(TimeSpan.FromSeconds(int.Parse(Compose["services"][name]["stop_grace_period"].Text.TrimEnd('s'), System.Globalization.CultureInfo.InvariantCulture)) > ServiceDefaults.ShutdownTimeout);
    }

    [Fact]
    public void What_waits_for_a_state_waits_for_one_that_comes()
    {
        foreach (var (name, service) in Compose["services"].Entries)
            foreach (var (other, on) in service["depends_on"].Entries)
            {
                var awaited = Compose["services"][other];
                var isHealthy = awaited["healthcheck"]["test"].IsThere || awaited["build"]["target"] is { IsThere: true, Text: "service" };
                Assert.True(on["condition"].Text == "service_completed_successfully" ? other == "migrate" : isHealthy, $"{name} would wait for {other} in vain.");
            }
    }

    [Theory]
    [InlineData("batchbus", "batchbus.sln", "Directory.Build.props", "Directory.Packages.props", "BannedSymbols.txt", "global.json", ".editorconfig")]
    [InlineData("contracts", "libs", "services", "tools", "supabase")]
    public void What_a_build_needs_is_not_ignored(params string[] names)
    {
        var ignored = File.ReadAllLines(Path.Combine(DeployFiles.Root, ".dockerignore")).Where(line => line.Length > 0 && !line.StartsWith('#')).ToArray();
        Assert.Contains("**/obj", ignored); // a build's own, which the container's would stumble over
        Assert.Contains(".batchbus", ignored); // secrets of this machine
        Assert.Empty(ignored.Intersect(names));
    }

    /// <summary>The variables that stand in the file, each with what holds when it is not set.</summary>
    static IEnumerable<(string Name, string Otherwise)> Variables() =>
        Compose.Texts().SelectMany(text => Variable().Matches(text)).Select(match => (match.Groups["name"].Value, match.Groups["otherwise"].Value)).Distinct();

    [GeneratedRegex(@"\$\{(?<name>[A-Z_]+)(?<otherwise>:[?-][^}]*)?\}")]
    private static partial Regex Variable();

    [GeneratedRegex("PASSWORD|SECRET|KEY")]
    private static partial Regex Secret();
}
