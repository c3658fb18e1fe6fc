using System.ComponentModel.DataAnnotations;
using BatchBus.Api.Jobs;
using BatchBus.Contracts;
using BatchBus.Hosting;
using BatchBus.Hosting.Broker;

namespace BatchBus.Tests.Fast.Hosting;

public sealed class RabbitMqOptionsTests
{
    const string Plain = "amqp://user:password@rabbit-1:5672/vhost", Encrypted = "amqps://user:password@rabbit-1/vhost";

    [Theory]
    [InlineData("", "", "", "", "ConnectionStrings__RabbitMq must be an AMQP URI")]
    [InlineData("http://rabbit-1:15672", "", "", "", "ConnectionStrings__RabbitMq must be an AMQP URI")]
    [InlineData(Plain, "rabbit-2,rabbit 3", "", "", "RabbitMq__Hosts must be hosts of the cluster")]
    [InlineData(Plain, "amqp://rabbit-2", "", "", "RabbitMq__Hosts must be hosts of the cluster")]
    [InlineData(Plain, "user@rabbit-2", "", "", "RabbitMq__Hosts must be hosts of the cluster")]
    [InlineData(Plain, "", "ca.pem", "", "need an amqps:// address in ConnectionStrings__RabbitMq")]
    [InlineData(Encrypted, "", "/nowhere/ca.pem", "", "RabbitMq__CaFile must be a PEM file with certificates: Could not find")]
    [InlineData(Encrypted, "", "/etc/passwd", "", "RabbitMq__CaFile must be a PEM file with certificates: there is none in /etc/passwd")]
    [InlineData(Encrypted, "", "", "client.pem", "RabbitMq__ClientCertificateFile and RabbitMq__ClientKeyFile go together")]
    public void A_wrong_setting_is_said_in_a_sentence(string uri, string hosts, string ca, string certificate, string says) =>
        Assert.Contains(says, string.Join('\n', Problems(new RabbitMqOptions { Uri = uri, Hosts = hosts, CaFile = ca, ClientCertificateFile = certificate })), StringComparison.Ordinal);

    [Theory]
    [InlineData("mirrored", true)]
    [InlineData("1", true)]
    [InlineData("classic", false)]
    [InlineData("Quorum", false)]
    public void A_queue_is_classic_or_quorum(string type, bool isWrong) =>
        Assert.Equal(isWrong ? ["RabbitMq__QueueType must be classic or quorum."] : [], Problems(new RabbitMqOptions { Uri = Plain, QueueType = type }));

    [Fact]
    public void A_key_that_does_not_fit_its_certificate_is_said_in_a_sentence()
    {
        var options = new RabbitMqOptions { Uri = Encrypted, ClientCertificateFile = "/etc/passwd", ClientKeyFile = "/etc/passwd" };
        Assert.StartsWith("RabbitMq__ClientCertificateFile and RabbitMq__ClientKeyFile must be PEM files with a certificate and its key:", Assert.Single(Problems(options)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("amqp://rabbit-1/vhost", "", "rabbit-1:5672")]
    [InlineData("amqps://rabbit-1", "", "rabbit-1:5671")]
    [InlineData("amqps://rabbit-1:5700", " rabbit-2, rabbit-3:5701 ,", "rabbit-1:5700 rabbit-2:5700 rabbit-3:5701")]
    [InlineData("amqp://127.0.0.1:1", "[::1]:2", "127.0.0.1:1 [::1]:2")]
    public void The_nodes_are_that_of_the_address_and_those_beside_it(string uri, string hosts, string nodes) =>
        Assert.Equal(nodes, string.Join(' ', BrokerNode.All(new RabbitMqOptions { Uri = uri, Hosts = hosts })!));

    [Theory]
    [InlineData(JobPriority.Low, false)]
    [InlineData(JobPriority.Normal, false)]
    [InlineData(JobPriority.High, true)]
    [InlineData(JobPriority.Vip, true)]
    public void The_two_levels_of_a_quorum_queue_part_high_from_normal_jobs(JobPriority priority, bool isUrgent)
    {
        // RabbitMQ 4: 0 to 4 is one level, 5 and more the other.
        foreach (var pages in (int[])[0, 1]) Assert.Equal(isUrgent, MessagePriority.Of(Job(priority, pages)) >= 5);
    }

    [Theory]
    [InlineData(null, "8080", "http://127.0.0.1:8080/")]
    [InlineData("http://+:9000", "8080", "http://127.0.0.1:9000/")]
    [InlineData("http://0.0.0.0:9000/;http://[::]:9001", null, "http://127.0.0.1:9000/")]
    [InlineData(null, "8081;8082", "http://127.0.0.1:8081/")]
    [InlineData("", "", "http://127.0.0.1:8080/")]
    public void A_container_asks_its_own_service(string? urls, string? ports, string address) => Assert.Equal(new Uri(address), HealthProbe.Address(urls, ports));

    static BatchJob Job(JobPriority priority, int pages) => new()
    {
        OwnerId = Guid.NewGuid(), AudienceId = Guid.NewGuid(), ConnectionId = Guid.NewGuid(), CreatedAt = default, Priority = priority, PagesFetched = pages,
    };

    static string[] Problems(RabbitMqOptions options) => [.. options.Validate(new ValidationContext(options)).Select(problem => problem.ErrorMessage!)];
}
