using System.Globalization;
using System.Net.Http.Headers;
using BatchBus.Cli.Processes;

namespace BatchBus.Cli.Servers;

/// <summary>A RabbitMQ node of this instance's own with the management plug-in, on 127.0.0.1 only, with an Erlang port mapper of its own.</summary>
sealed class PrivateRabbitMq(Instance instance, RunFile runFile, Ports ports, RabbitMqNode? which = null)
{
    public const string ProcessName = "rabbitmq", PortMapperName = "epmd", ManagementName = "rabbitmq-management", DistributionName = "rabbitmq-distribution";
    const string DebianScript = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);

    readonly RabbitMqNode _which = which ?? RabbitMqNode.Only;
    readonly DetachedProcess _processes = new(instance, runFile);

    /// <summary>Starts it unless it runs, and answers with its amqp address and that of its management API.</summary>
    public async Task<(string Amqp, string Management)> Start(CancellationToken ct)
    {
        var files = new RabbitMqFiles(instance, _which);
        var node = runFile.Find(_which.ProcessName);
        var management = ManagementPort(node);
        if (node is null)
        {
            var amqp = ports.Take(_which.ProcessName);
            files.Write(amqp, management);
            node = _processes.Start(Spec(files, amqp, PortMapper()));
        }
        await Ready(node, management, ct);
        return (Address(node.Port), $"http://127.0.0.1:{management}/");
    }

    public static string Address(int port) => $"amqp://guest:guest@127.0.0.1:{port}";

    /// <summary>Runs <c>rabbitmqctl</c> on the running node.</summary>
    public async Task Control(CancellationToken ct, params string[] words)
    {
        var node = runFile.Find(_which.ProcessName) ?? throw new CliException("RabbitMQ does not run.");
        var environment = Environment(new RabbitMqFiles(instance, _which), node.Port, PortMapper());
        await Tool.Must(ct, ["env", .. environment.Where(e => e.Value is not null).Select(e => $"{e.Key}={e.Value}"), ControlScript(), .. words]);
    }

    int ManagementPort(RunningProcess? node) =>
        node is null ? ports.Take(_which.ManagementName) : ports.Known(_which.ManagementName)
            ?? throw new CliException("RabbitMQ runs, but its ports are no longer known: ./batchbus down, then start again.");

    ProcessSpec Spec(RabbitMqFiles files, int amqp, int portMapper) =>
        new(_which.ProcessName, Script(), amqp)
        {
            WorkingDirectory = files.Home,
            Environment = Environment(files, amqp, portMapper),
        };

    Dictionary<string, string?> Environment(RabbitMqFiles files, int amqp, int portMapper) =>
        files.Environment(amqp, runFile.Find(_which.ProcessName) is null ? ports.Take(_which.DistributionName) : ports.Known(_which.DistributionName)!.Value, portMapper);

    /// <summary>Erlang would start one itself as a daemon that nobody remembers, and share it with every other Erlang program.</summary>
    int PortMapper()
    {
        if (runFile.Find(PortMapperName) is { } running) return running.Port;
        var port = ports.Take(PortMapperName);
        return _processes.Start(new ProcessSpec(PortMapperName, PortMapperProgram(), port)
        {
            WorkingDirectory = "/",
            Arguments = ["-port", port.ToString(CultureInfo.InvariantCulture), "-address", "127.0.0.1"],
        }).Port;
    }

    async Task Ready(RunningProcess node, int management, CancellationToken ct)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{management}/") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("guest:guest"u8));
        var limit = new Limit(StartLimit);
        while (node.Identity.IsRunning && !limit.IsOver)
        {
            // The management API comes up before the node takes AMQP connections; the second check fails until it does.
            if (await Answers(client, "api/overview", ct) && await Answers(client, $"api/health/checks/port-listener/{node.Port}", ct)) return;
            await Limit.Pause(ct);
        }
        throw new CliException($"RabbitMQ did not start.{LogTail.Of(instance, _which.ProcessName)}");
    }

    static async Task<bool> Answers(HttpClient client, string path, CancellationToken ct)
    {
        try
        {
            using var answer = await client.GetAsync(path, ct);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // Nobody listens yet.
            return false;
        }
    }

    static string Script() => OnPath("rabbitmq-server", DebianScript) ?? throw new CliException(
        "RabbitMQ is not installed: run ./batchbus as root, install the package rabbitmq-server, or give a server with ConnectionStrings__RabbitMq.");

    static string ControlScript() => OnPath("rabbitmqctl", "/usr/lib/rabbitmq/bin/rabbitmqctl") ?? throw new CliException("rabbitmqctl is not on the PATH.");

    static string PortMapperProgram() =>
        OnPath("epmd") ?? throw new CliException("Erlang's epmd is not on the PATH: install the package erlang-base.");

    static string? OnPath(string name, string? first = null) =>
        (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, name)).Prepend(first).FirstOrDefault(File.Exists);
}
