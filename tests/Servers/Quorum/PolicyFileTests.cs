using System.Net.Http.Json;
using System.Text.Json.Nodes;
using BatchBus.Cli;

namespace BatchBus.Tests.Servers.Quorum;

[Collection(QuorumCluster.Collection)]
public sealed class PolicyFileTests(QuorumCluster cluster)
{
    const string Queue = "api/queues/%2F/member-pages";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("quorum", "batchbus-quorum")]
    [InlineData("classic", "batchbus")] // RabbitMQ 3 applies no policy to a classic queue that speaks of leaders
    public async Task The_policy_file_is_loaded_as_the_docs_say_and_holds(string type, string policy)
    {
        using var management = cluster.Management();
        using var declared = await management.PutAsJsonAsync(Queue, new { durable = true, arguments = new Dictionary<string, object> { ["x-queue-type"] = type } }, Cancellation);
        declared.EnsureSuccessStatusCode();
        try
        {
            await cluster.Control("import_definitions", Path.Combine(Checkout.Find().Root, "deploy", "rabbitmq", "policies.json"));
            var holds = "";
            await Eventually.True(async () =>
            {
                var queue = JsonNode.Parse(await management.GetStringAsync(new Uri(Queue, UriKind.Relative), Cancellation))!;
                holds = queue.ToJsonString();
                return queue["policy"]?.GetValue<string>() == policy && queue["effective_policy_definition"]?["max-length"]?.GetValue<long>() == 200_000;
            }, "the queue to have its policy", instead: () => holds);
        }
        finally
        {
            using var deleted = await management.DeleteAsync(Queue, CancellationToken.None);
            foreach (var name in (string[])["batchbus", "batchbus-quorum"]) (await management.DeleteAsync($"api/policies/%2F/{name}", CancellationToken.None)).Dispose();
        }
    }
}
