using BatchBus.Cli.Processes;

namespace BatchBus.Cli.Servers;

/// <summary>The PostgreSQL and RabbitMQ to work with, given or private.</summary>
/// <param name="Postgres">The administrator's connection string.</param>
/// <param name="PostgresIsPrivate">False when the user gave it.</param>
/// <param name="RabbitMq">An amqp address with user and password.</param>
/// <param name="RabbitMqManagement">The address of its management API.</param>
sealed record ServerAddresses(string Postgres, bool PostgresIsPrivate, string RabbitMq, string RabbitMqManagement)
{
    /// <summary>Starts the private servers that are needed and do not run yet.</summary>
    public static async Task<ServerAddresses> Start(Instance instance, RunFile runFile, CancellationToken ct)
    {
        var postgres = Given.Postgres();
        var rabbitMq = Given.RabbitMq();
        // Both at once: each takes seconds.
        var ports = new Ports(instance);
        var postgresStart = postgres is null ? StartPostgres(instance, runFile, ports, ct) : Task.FromResult(postgres);
        var rabbitMqStart = rabbitMq is null ? StartRabbitMq(instance, runFile, ports, ct) : Task.FromResult(rabbitMq.Value);
        await Task.WhenAll(postgresStart, rabbitMqStart);
        var (amqp, management) = await rabbitMqStart;
        return new ServerAddresses(await postgresStart, postgres is null, amqp, management);
    }

    public static Task<string> StartPostgres(Instance instance, RunFile runFile, Ports ports, CancellationToken ct)
    {
        RequireLinux("PostgreSQL", "ConnectionStrings__Postgres");
        return new PrivatePostgres(instance, runFile, ports, LocalSecrets.Of(instance).PostgresPassword).Start(ct);
    }

    public static Task<(string Amqp, string Management)> StartRabbitMq(Instance instance, RunFile runFile, Ports ports, CancellationToken ct)
    {
        RequireLinux("RabbitMQ", "ConnectionStrings__RabbitMq and RabbitMq__ManagementUrl");
        return new PrivateRabbitMq(instance, runFile, ports).Start(ct);
    }

    static void RequireLinux(string server, string settings)
    {
        if (!OperatingSystem.IsLinux())
            throw new CliException($"A private {server} is started on Linux only. Here, start one yourself and give it with {settings}.");
    }
}
