using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using BatchBus.Cli.Stack;

namespace BatchBus.Tests.Servers.Outages;

/// <summary>The management API of the private RabbitMQ.</summary>
static class Broker
{
    public static async Task<long> Messages(PrivateStack stack, Func<string, bool> queue) =>
        (await Queues(stack)).Where(q => queue(q["name"]!.GetValue<string>())).Sum(q => q["messages"]?.GetValue<long>() ?? 0);

    /// <summary>Looks at what waits in the delay queues, which stays there.</summary>
    /// <returns>The queue that each message goes back to.</returns>
    public static async Task<IReadOnlyList<string>> PutOff(PrivateStack stack)
    {
        using var http = Client(stack);
        var putOff = new List<string>();
        foreach (var queue in (string[])["delay.1000", "delay.5000"])
        {
            using var answer = await http.PostAsJsonAsync(
                new Uri($"api/queues/%2F/{queue}/get", UriKind.Relative), new { count = 1000, ackmode = "ack_requeue_true", encoding = "auto" });
            answer.EnsureSuccessStatusCode();
            putOff.AddRange(JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsArray().Select(message => message!["routing_key"]!.GetValue<string>()));
        }
        return putOff;
    }

    /// <summary>Deletes a queue, and with it its consumers.</summary>
    public static async Task Delete(PrivateStack stack, string queue)
    {
        using var http = Client(stack);
        using var answer = await http.DeleteAsync(new Uri($"api/queues/%2F/{queue}", UriKind.Relative));
        answer.EnsureSuccessStatusCode();
    }

    static async Task<IReadOnlyList<JsonNode>> Queues(PrivateStack stack)
    {
        using var http = Client(stack);
        return [.. JsonNode.Parse(await http.GetStringAsync(new Uri("api/queues/%2F", UriKind.Relative)))!.AsArray().Select(q => q!)];
    }

    static HttpClient Client(PrivateStack stack)
    {
        var http = new HttpClient { BaseAddress = new Uri(stack.Servers.RabbitMqManagement) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("guest:guest"u8));
        return http;
    }
}
