using System.Globalization;
using BatchBus.Cli.Processes;
using BatchBus.Cli.Servers;
using BatchBus.Database;
using Npgsql;

namespace BatchBus.Cli.Stack;

/// <summary>How each service is started: with the settings that it needs, and none of the secrets that it does not.</summary>
sealed class Services(
    Checkout checkout, Ports ports, ServerAddresses servers, LocalSecrets secrets, Uri simulator, int requestsPerMinute,
    IReadOnlyDictionary<string, string>? moreSettings = null)
{
    // Secrets, which each service gets only if it needs them, and what would contradict the settings below.
    static readonly string[] NotInherited =
    [
        "ConnectionStrings__Postgres", "ConnectionStrings__RabbitMq", "RabbitMq__ManagementUrl", "Database__ApiPassword", "Database__IngestPassword",
        "Secrets__MasterKey", "Secrets__PreviousKeys", "Auth__JwtSecret", "Auth__Authority", "Auth__Issuer", "Auth__Audience", "ASPNETCORE_HTTP_PORTS",
    ];

    public ProcessSpec Api(int number = 1) => Spec(number == 1 ? ServiceNames.Api : ServiceNames.Worker(ServiceNames.Api, number), "services/Api", new()
    {
        ["ConnectionStrings__Postgres"] = LogInAs(LoginRoles.Api, secrets.ApiPassword),
        ["ConnectionStrings__RabbitMq"] = servers.RabbitMq,
        ["RabbitMq__ManagementUrl"] = servers.RabbitMqManagement,
        ["Secrets__MasterKey"] = secrets.MasterKey,
        ["Secrets__PreviousKeys"] = Given.Value("Secrets__PreviousKeys"),
        ["Auth__JwtSecret"] = secrets.JwtSecret,
    });

    public ProcessSpec Fetcher(int number) => Spec(ServiceNames.Worker(ServiceNames.Fetcher, number), "services/Fetcher", new()
    {
        ["ConnectionStrings__RabbitMq"] = servers.RabbitMq,
        ["Secrets__MasterKey"] = secrets.MasterKey,
        ["Secrets__PreviousKeys"] = Given.Value("Secrets__PreviousKeys"),
    });

    public ProcessSpec Ingest(int number) => Spec(ServiceNames.Worker(ServiceNames.Ingest, number), "services/Ingest", new()
    {
        ["ConnectionStrings__Postgres"] = LogInAs(LoginRoles.Ingest, secrets.IngestPassword),
        ["ConnectionStrings__RabbitMq"] = servers.RabbitMq,
    });

    /// <summary>Above Whop's own limit the machine is to be measured: then the simulator sets none.</summary>
    public static ProcessSpec Simulator(Checkout checkout, int port, int requestsPerMinute) =>
        Spec(checkout, ServiceNames.Simulator, "tools/WhopSimulator", port, new()
        {
            ["Simulator__RequestsPerMinute"] = Number(requestsPerMinute > StackOptions.WhopRequestsPerMinute ? 0 : requestsPerMinute),
        });

    ProcessSpec Spec(string name, string project, Dictionary<string, string?> settings)
    {
        settings["Whop__BaseUrl"] = new Uri(simulator, "api/v1").ToString();
        settings["Whop__RequestsPerMinute"] = Number(requestsPerMinute);
        foreach (var (key, value) in moreSettings ?? new Dictionary<string, string>()) settings[key] = value;
        return Spec(checkout, name, project, ports.Take(name), settings);
    }

    static ProcessSpec Spec(Checkout checkout, string name, string project, int port, Dictionary<string, string?> settings)
    {
        var environment = NotInherited.ToDictionary(key => key, string? (_) => null);
        environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{Number(port)}";
        foreach (var (key, value) in settings) environment[key] = value;
        // From its project's folder, as `dotnet run` does: there are wwwroot and appsettings.json.
        return new ProcessSpec(name, checkout.ProgramOf(project), port)
        {
            WorkingDirectory = Path.Combine(checkout.Root, project),
            Environment = environment,
        };
    }

    string LogInAs(string role, string password) =>
        new NpgsqlConnectionStringBuilder(servers.Postgres) { Username = role, Password = password }.ConnectionString;

    static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
