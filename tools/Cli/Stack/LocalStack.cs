using BatchBus.Cli.Processes;
using BatchBus.Cli.Servers;
using BatchBus.Database;

namespace BatchBus.Cli.Stack;

/// <summary>BatchBus on this machine: servers, simulator and services as processes in the background.</summary>
sealed class LocalStack(Checkout checkout, Instance instance, Action<string> say)
{
    /// <summary>Starts what does not run yet. If that fails, what this call has started is stopped again.</summary>
    public async Task<StackAddresses> Up(StackOptions options, CancellationToken ct) => (await Up(_ => options, ct)).Addresses;

    /// <summary>The same where nothing runs; what somebody else has started stays as it is, and is not the caller's to stop.</summary>
    public Task<(StackAddresses Addresses, bool WasUp)> Join(StackOptions options, CancellationToken ct) => Up(wasUp => wasUp ? new StackOptions() : options, ct);

    async Task<(StackAddresses Addresses, bool WasUp)> Up(Func<bool, StackOptions> options, CancellationToken ct)
    {
        using var held = await instance.Lock(ct);
        var runFile = new RunFile(instance);
        var before = runFile.Running.Select(p => p.Name).ToHashSet();
        var wasUp = before.Contains(ServiceNames.Api);
        try
        {
            return (await Start(options(wasUp), runFile, ct), wasUp);
        }
        catch
        {
            await new Shutdown(instance, runFile).Stop(p => !before.Contains(p.Name));
            throw;
        }
    }

    /// <summary>Stops everything that runs.</summary>
    /// <returns>The names of what was stopped.</returns>
    public async Task<IReadOnlyList<string>> Down()
    {
        using var held = await instance.Lock(CancellationToken.None);
        return await new Shutdown(instance, new RunFile(instance)).Stop(_ => true);
    }

    async Task<StackAddresses> Start(StackOptions options, RunFile runFile, CancellationToken ct)
    {
        var servers = await ServerAddresses.Start(instance, runFile, ct);
        var secrets = LocalSecrets.Of(instance);
        var passwords = new RolePasswords(servers, secrets);
        var rolesExisted = await passwords.RolesExist(ct);
        var applied = await Migrate(servers, ct);
        await passwords.Ensure(rolesExisted, ct);
        var (postgres, rabbitMq) = (servers.PostgresIsPrivate ? "private" : "given", Given.RabbitMq() is null ? "private" : "given");
        var schema = applied.Count == 0 ? "the schema is up to date" : $"{applied.Count} migrations applied";
        say($"Servers: PostgreSQL ({postgres}), RabbitMQ ({rabbitMq}); {schema}.");
        return await StartServices(options, runFile, servers, secrets, ct);
    }

    static async Task<IReadOnlyList<string>> Migrate(ServerAddresses servers, CancellationToken ct)
    {
        try
        {
            return await new MigrationRunner(servers.Postgres).Apply(ct);
        }
        catch (MigrationException e) when (servers.PostgresIsPrivate)
        {
            throw new CliException($"{e.Message} Or, to start with an empty database: ./batchbus down, then delete .batchbus.");
        }
    }

    async Task<StackAddresses> StartServices(
        StackOptions options, RunFile runFile, ServerAddresses servers, LocalSecrets secrets, CancellationToken ct)
    {
        var processes = new DetachedProcess(instance, runFile);
        var ports = new Ports(instance);
        // A stack has one rate limit: processes that are added to a running one get its own.
        var isUp = runFile.Running.Any(p => ServiceNames.IsService(p.Name));
        var requestsPerMinute = (isUp ? runFile.RequestsPerMinute : null) ?? options.RequestsPerMinute ?? StackOptions.WhopRequestsPerMinute;
        runFile.RequestsPerMinute = requestsPerMinute;

        var simulator = runFile.Find(ServiceNames.Simulator)
            ?? processes.Start(Services.Simulator(checkout, ports.Take(ServiceNames.Simulator), requestsPerMinute));
        var services = new Services(checkout, ports, servers, secrets, Address(simulator), requestsPerMinute);
        var api = runFile.Find(ServiceNames.Api) ?? processes.Start(services.Api());
        await Scale(ServiceNames.Fetcher, options.Fetchers, services.Fetcher, runFile, processes);
        await Scale(ServiceNames.Ingest, options.Ingesters, services.Ingest, runFile, processes);

        RunningProcess[] running = [.. runFile.Running.Where(p => ServiceNames.IsService(p.Name))];
        await new Readiness(instance).Of(running, ct);
        return new StackAddresses(Address(api), Address(simulator), servers, secrets, requestsPerMinute, running);
    }

    /// <summary>Starts the workers of a kind that are missing and stops those that are too many.</summary>
    static async Task Scale(string kind, int? wanted, Func<int, ProcessSpec> spec, RunFile runFile, DetachedProcess processes)
    {
        var running = runFile.Running.Where(p => ServiceNames.KindOf(p.Name) == kind).ToDictionary(p => ServiceNames.NumberOf(p.Name));
        var count = wanted ?? Math.Max(1, running.Count);
        foreach (var (_, surplus) in running.Where(r => r.Key > count)) await processes.Stop(surplus);
        for (var number = 1; number <= count; number++)
            if (!running.ContainsKey(number)) processes.Start(spec(number));
    }

    static Uri Address(RunningProcess process) => new($"http://127.0.0.1:{process.Port}/");
}
