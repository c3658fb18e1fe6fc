using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace BatchBus.Tests.Servers;

/// <summary>What a person with the management page could do to a queue.</summary>
public static class BrokerQueues
{
    /// <summary>Takes a message out of a queue, as soon as there is one.</summary>
    public static async Task<JsonNode> Take(this TestVirtualHost broker, string queue)
    {
        JsonNode? message = null;
        await Eventually.True(async () =>
        {
            using var answer = await broker.Management.PostAsJsonAsync($"api/queues/{broker.Name}/{queue}/get",
                new { count = 1, ackmode = "ack_requeue_false", encoding = "auto" }, TestContext.Current.CancellationToken);
            if (!answer.IsSuccessStatusCode) return false; // the queue is not there yet
            var messages = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsArray();
            if (messages.Count == 1) message = JsonNode.Parse(messages[0]!["payload"]!.GetValue<string>());
            return message is not null;
        }, $"a message in {queue}");
        return message!;
    }

    /// <summary>Puts a message at the end of a queue.</summary>
    public static async Task Put(this TestVirtualHost broker, string queue, string payload)
    {
        using var answer = await broker.Management.PostAsJsonAsync($"api/exchanges/{broker.Name}/amq.default/publish", new
        {
            routing_key = queue, payload, payload_encoding = "string",
            properties = new { content_type = "application/vnd.masstransit+json", delivery_mode = 2 },
        }, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Throws away all that waits in a queue.</summary>
    public static async Task Purge(this TestVirtualHost broker, string queue)
    {
        using var answer = await broker.Management.DeleteAsync($"api/queues/{broker.Name}/{queue}/contents");
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Waits until a queue holds at least so many messages, as the broker counts them every few seconds.</summary>
    public static Task Holds(this TestVirtualHost broker, string queue, int messages) => Eventually.True(async () =>
    {
        using var answer = await broker.Management.GetAsync(new Uri($"api/queues/{broker.Name}/{queue}", UriKind.Relative));
        return answer.IsSuccessStatusCode && JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["messages"]?.GetValue<long>() >= messages;
    }, $"{messages} messages in {queue}");

    /// <summary>Lets a queue hold no more than so many messages; what comes beyond, the broker refuses instead of confirming.</summary>
    public static async Task Limit(this TestVirtualHost broker, string queue, int messages)
    {
        using var set = await broker.Management.PutAsJsonAsync(PolicyFull(broker), new Dictionary<string, object>
        {
            ["pattern"] = $"^{queue}$", ["apply-to"] = "queues", ["definition"] = new Dictionary<string, object> { ["max-length"] = messages, ["overflow"] = "reject-publish" },
        }, TestContext.Current.CancellationToken);
        set.EnsureSuccessStatusCode();
        await Eventually.True(async () =>
            (await broker.Management.GetStringAsync(new Uri($"api/queues/{broker.Name}/{queue}", UriKind.Relative))).Contains("\"policy\":\"full\"", StringComparison.Ordinal), "the queue to have its policy");
    }

    /// <summary>Takes the limit away, if there is one.</summary>
    public static async Task EndLimit(this TestVirtualHost broker)
    {
        using var taken = await broker.Management.DeleteAsync(PolicyFull(broker));
        if (taken.StatusCode != HttpStatusCode.NotFound) taken.EnsureSuccessStatusCode();
    }

    static Uri PolicyFull(TestVirtualHost broker) => new($"api/policies/{broker.Name}/full", UriKind.Relative);
}
