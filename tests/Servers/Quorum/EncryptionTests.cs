using System.Security.Authentication;
using BatchBus.Hosting;
using BatchBus.Tests.Servers.DeadLetters;
using BatchBus.Tests.Servers.Stack;
using Microsoft.Extensions.Options;

namespace BatchBus.Tests.Servers.Quorum;

/// <summary>An encrypted broker is reached with the files that the settings name, and with no others.</summary>
[Collection(QuorumCluster.Collection)]
public sealed class EncryptionTests(QuorumCluster cluster)
{
    [Fact]
    public async Task A_job_goes_over_encrypted_connections()
    {
        var host = await cluster.VirtualHost();
        await using var stack = await RunningStack.StartOn(host, settings: [.. Settings(host).Select(setting => (setting.Key, setting.Value))]);
        var job = await stack.App().CreateBatchList("biz_secret_1000");
        await job.Becomes("completed");
        await job.IsExact();
        await new Operator(stack).List(); // goes over a connection beside the bus
        Assert.Equal("management", (await stack.AsOperator("/api/queues"))["source"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_management_is_believed_with_a_certificate_of_a_named_authority_alone(bool isNamed)
    {
        await using var host = await cluster.VirtualHost();
        var broker = new BrokerConnections(Options.Create(new RabbitMqOptions
        {
            Uri = cluster.Encrypted(host).Uri, CaFile = isNamed ? cluster.Certificates.CaFile : cluster.Certificates.StrangersCaFile,
            ClientCertificateFile = cluster.Certificates.Client.Certificate, ClientKeyFile = cluster.Certificates.Client.Key,
        }));
        using var http = new HttpClient(broker.ManagementHandler());
        var error = await Record.ExceptionAsync(() => http.GetAsync(cluster.EncryptedManagement, TestContext.Current.CancellationToken));
        Assert.Equal(isNamed ? null : typeof(AuthenticationException), error?.GetBaseException().GetType());
    }

    [Theory]
    [InlineData("RabbitMq__CaFile", "", "of no authority that this system trusts; name its authority with RabbitMq__CaFile")]
    [InlineData("RabbitMq__CaFile", "stranger", "of no authority in RabbitMq__CaFile")]
    [InlineData("ConnectionStrings__RabbitMq", "localhost", "is not for localhost")]
    [InlineData("RabbitMq__ClientCertificateFile", "", "No consumer of this process on fetch-members")]
    public async Task A_broker_that_is_not_trusted_or_does_not_trust_gets_no_connection(string setting, string value, string says)
    {
        await using var host = await cluster.VirtualHost();
        var settings = Settings(host);
        settings[setting] = value switch
        {
            "stranger" => cluster.Certificates.StrangersCaFile,
            "localhost" => settings[setting].Replace("127.0.0.1", value, StringComparison.Ordinal),
            _ => value,
        };
        if (value == "localhost") settings["RabbitMq__Hosts"] = "";
        if (setting == "RabbitMq__ClientCertificateFile") settings["RabbitMq__ClientKeyFile"] = "";
        settings["Secrets__MasterKey"] = Convert.ToBase64String(new byte[32]);
        await using var process = ServiceProcess.Start("Fetcher", settings);
        await process.Says(says);
        var connections = await host.Management.GetStringAsync(new Uri($"api/vhosts/{host.Name}/connections", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal("[]", connections);
    }

    Dictionary<string, string> Settings(TestVirtualHost host)
    {
        var (uri, hosts) = cluster.Encrypted(host);
        return new Dictionary<string, string>
        {
            ["ConnectionStrings__RabbitMq"] = uri, ["RabbitMq__ManagementUrl"] = cluster.EncryptedManagement.ToString(), ["RabbitMq__Hosts"] = hosts, ["RabbitMq__QueueType"] = "quorum", ["RabbitMq__CaFile"] = cluster.Certificates.CaFile,
            ["RabbitMq__ClientCertificateFile"] = cluster.Certificates.Client.Certificate, ["RabbitMq__ClientKeyFile"] = cluster.Certificates.Client.Key,
        };
    }
}
