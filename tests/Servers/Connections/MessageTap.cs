using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace BatchBus.Tests.Servers.Connections;

/// <summary>
/// Everything that goes through a virtual host: RabbitMQ's tracer (https://www.rabbitmq.com/docs/firehose) repeats each message, with its
/// properties and headers, when it is published and when it is delivered.
/// </summary>
public sealed class MessageTap
{
    const string Queue = "tap";

    readonly TestVirtualHost _host;

    MessageTap(TestVirtualHost host) => _host = host;

    public static async Task<MessageTap> Open(TestVirtualHost host)
    {
        await Put(host, $"api/queues/{host.Name}/{Queue}", new { durable = false });
        using var bound = await host.Management.PostAsJsonAsync($"api/bindings/{host.Name}/e/amq.rabbitmq.trace/q/{Queue}",
            new { routing_key = "#" }, TestContext.Current.CancellationToken);
        bound.EnsureSuccessStatusCode();
        await Put(host, $"api/vhosts/{host.Name}", new { tracing = true });
        return new MessageTap(host);
    }

    /// <summary>Ends the tap, with all that has passed: each message's properties and headers as JSON, and its body.</summary>
    public async Task<IReadOnlyList<string>> Close()
    {
        await Put(_host, $"api/vhosts/{_host.Name}", new { tracing = false });
        var all = new List<string>();
        while (true)
        {
            using var answer = await _host.Management.PostAsJsonAsync($"api/queues/{_host.Name}/{Queue}/get",
                new { count = 500, ackmode = "ack_requeue_false", encoding = "base64" }, TestContext.Current.CancellationToken);
            answer.EnsureSuccessStatusCode();
            var messages = (await answer.Content.ReadFromJsonAsync<JsonArray>(TestContext.Current.CancellationToken))!;
            if (messages.Count == 0) return all;
            all.AddRange(messages.Select(Text!));
        }
    }

    static string Text(JsonNode message)
    {
        var body = Encoding.UTF8.GetString(Convert.FromBase64String(message["payload"]!.GetValue<string>()));
        message["payload"] = null;
        return $"{message.ToJsonString()}\n{body}";
    }

    static async Task Put(TestVirtualHost host, string path, object body)
    {
        using var answer = await host.Management.PutAsJsonAsync(path, body, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}
