using System.Globalization;
using BatchBus.Cli.Processes;
using BatchBus.Cli.Servers;
using BatchBus.Cli.Stack;
using BatchBus.Database;
using Microsoft.Extensions.Configuration;

namespace BatchBus.Cli.Doctor;

/// <summary>The settings as a service reads them: the environment, before it what <c>./batchbus up</c> would give where nothing is set.</summary>
static class DoctorSettings
{
    public static IConfiguration Read(Instance? instance) =>
        new ConfigurationBuilder().AddInMemoryCollection(instance is null ? [] : OfStack(instance)).AddEnvironmentVariables().Build();

    /// <summary>Only what exists already: looking must not start a server or make up a secret.</summary>
    static Dictionary<string, string?> OfStack(Instance instance)
    {
        var settings = new Dictionary<string, string?>();
        if (!File.Exists(instance.FileNamed(LocalSecrets.FileName))) return settings;
        var (secrets, runFile) = (LocalSecrets.Of(instance), new RunFile(instance));
        settings["Secrets:MasterKey"] = secrets.MasterKey;
        if (Given.Value("Auth__Authority") is null) settings["Auth:JwtSecret"] = secrets.JwtSecret;
        if (runFile.Find(PrivatePostgres.ProcessName) is { } postgres)
            settings["ConnectionStrings:Postgres"] = PrivatePostgres.ConnectionString(postgres.Port, LoginRoles.Api, secrets.ApiPassword);
        if (runFile.Find(PrivateRabbitMq.ProcessName) is { } rabbitMq) settings["ConnectionStrings:RabbitMq"] = PrivateRabbitMq.Address(rabbitMq.Port);
        if (runFile.Find(ServiceNames.Simulator) is { } simulator)
            settings["Whop:BaseUrl"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{simulator.Port}/api/v1");
        return settings;
    }
}
