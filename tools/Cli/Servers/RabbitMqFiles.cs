namespace BatchBus.Cli.Servers;

/// <summary>The folder of a private RabbitMQ node: its configuration, and what keeps it from reading the system's.</summary>
sealed class RabbitMqFiles(Instance instance, RabbitMqNode node)
{
    readonly string _folder = instance.FileNamed(node.ProcessName);

    /// <summary>Holds the Erlang cookie, the same for all nodes.</summary>
    public string Home => Path.Combine(instance.FileNamed(RabbitMqNode.Only.ProcessName), "home");

    public void Write(int amqp, int management)
    {
        Directory.CreateDirectory(Home);
        Directory.CreateDirectory(At("conf.d"));
        File.WriteAllText(At("enabled_plugins"), "[rabbitmq_management].\n");
        File.WriteAllText(At("advanced.config"), "[].\n");
        File.WriteAllText(At("env.conf"), "");
        File.WriteAllText(At("rabbitmq.conf"), $"""
            listeners.tcp.1 = 127.0.0.1:{amqp}
            management.tcp.ip = 127.0.0.1
            management.tcp.port = {management}
            loopback_users.guest = true

            """ + string.Concat(node.Joining(instance).Concat(node.Settings).Select(line => $"{line}\n")));
    }

    /// <summary>The node's environment; every variable of that family that the user may have set for another node is taken out first.</summary>
    public Dictionary<string, string?> Environment(int amqp, int distribution, int epmd)
    {
        var environment = System.Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => name.StartsWith("RABBITMQ_", StringComparison.Ordinal))
            .ToDictionary(name => name, string? (_) => null);
        foreach (var (name, value) in Own(amqp, distribution, epmd)) environment[name] = value;
        return environment;
    }

    Dictionary<string, string?> Own(int amqp, int distribution, int epmd) => new()
    {
        ["HOME"] = Home,
        ["RABBITMQ_NODENAME"] = node.NodeName(instance),
        ["RABBITMQ_NODE_PORT"] = $"{amqp}",
        ["RABBITMQ_DIST_PORT"] = $"{distribution}",
        ["RABBITMQ_MNESIA_BASE"] = At("mnesia"),
        ["RABBITMQ_LOG_BASE"] = instance.Logs,
        ["RABBITMQ_LOGS"] = "-",
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = At("enabled_plugins"),
        ["RABBITMQ_CONFIG_FILE"] = At("rabbitmq.conf"),
        ["RABBITMQ_CONFIG_FILES"] = At("conf.d"),
        ["RABBITMQ_ADVANCED_CONFIG_FILE"] = At("advanced.config"),
        ["RABBITMQ_CONF_ENV_FILE"] = At("env.conf"),
        ["RABBITMQ_GENERATED_CONFIG_DIR"] = At("config"),
        // Erlang's distribution on 127.0.0.1 like the rest, and no busy-waiting: it would take cores from the services on a small machine.
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none",
        // Makes the start script replace itself by Erlang instead of staying as its parent, so that the process id is the node's.
        ["RUNNING_UNDER_SYSTEMD"] = "true",
        ["ERL_EPMD_PORT"] = $"{epmd}",
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["ERL_CRASH_DUMP"] = Path.Combine(instance.Logs, $"{node.ProcessName}-crash.dump"),
    };

    string At(string name) => Path.Combine(_folder, name);
}
