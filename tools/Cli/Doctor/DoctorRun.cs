using BatchBus.Cli.Client;

namespace BatchBus.Cli.Doctor;

/// <summary>All checks, in the order in which one needs the other.</summary>
static class DoctorRun
{
    public static async Task<IReadOnlyList<Finding>> Run(Instance? instance, Func<ApiAccess> access, CancellationToken ct)
    {
        var settings = new SettingsCheck(DoctorSettings.Read(instance));
        var postgres = settings.Postgres is { } database ? new PostgresChecks(database, new StoredKeysCheck(settings.Secrets)).Run(ct) : Nothing;
        var rabbitMq = settings.RabbitMq is { } broker ? new RabbitMqCheck(broker).Run(ct) : Nothing;
        var whop = settings.Whop is { } options ? Alone(new WhopCheck(options).Run(ct)) : Nothing;
        var api = Alone(ApiCheck.Run(access, ct));
        await Task.WhenAll(postgres, rabbitMq, whop, api);
        return [.. settings.Findings, .. await postgres, .. await rabbitMq, .. await whop, .. await api];
    }

    static Task<IReadOnlyList<Finding>> Nothing => Task.FromResult<IReadOnlyList<Finding>>([]);

    static async Task<IReadOnlyList<Finding>> Alone(Task<Finding> check) => [await check];
}
