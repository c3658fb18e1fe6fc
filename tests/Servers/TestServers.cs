[assembly: AssemblyFixture(typeof(BatchBus.Tests.Servers.TestRun))]

namespace BatchBus.Tests.Servers;


/// <summary>
/// The real PostgreSQL and RabbitMQ that the tests run on, given by <c>ConnectionStrings__Postgres</c>, <c>ConnectionStrings__RabbitMq</c> and
/// <c>RabbitMq__ManagementUrl</c> (<c>./batchbus test</c> starts private ones). Without them the tests are skipped on a laptop and fail in CI.
/// </summary>
public static class TestServers
{
    public static string Postgres => Need("ConnectionStrings__Postgres");
    public static Uri RabbitMq => new(Need("ConnectionStrings__RabbitMq"));
    public static Uri RabbitMqManagement => new(Need("RabbitMq__ManagementUrl"));

    static string Need(string name)
    {
        var value = Environment.GetEnvironmentVariable(name);
        if (string.IsNullOrWhiteSpace(value) && Environment.GetEnvironmentVariable("CI") is not ("true" or "1"))
            Assert.Skip($"{name} is not set; run ./batchbus test, which starts the servers.");
        return value ?? throw new InvalidOperationException($"{name} is not set, and in CI no test is skipped; run ./batchbus test.");
    }
}
