using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace BatchBus.Api.Broker;

/// <summary>The management API does not give the figures.</summary>
/// <param name="sentence">Why, and what to do.</param>
/// <param name="inner">What went wrong.</param>
sealed class ManagementException(string sentence, Exception? inner = null) : Exception(sentence, inner);

/// <summary>Asks RabbitMQ's management API for the queues: one small request for all of them.</summary>
sealed class ManagementApi(HttpClient http, ManagementAddress address)
{
    const string Columns = "name,messages_ready,messages_unacknowledged,messages,consumers,head_message_timestamp,"
        + "message_stats.publish_details.rate,message_stats.deliver_get_details.rate,message_stats.ack_details.rate";

    /// <summary>The queues that there are.</summary>
    /// <exception cref="ManagementException">It gives no figures.</exception>
    public async Task<IReadOnlyList<QueueView>> Queues(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.SendAsync(Request(), cancellationToken);
            if (!answer.IsSuccessStatusCode) throw new ManagementException(Explain(answer.StatusCode));
            var queues = (await answer.Content.ReadFromJsonAsync<List<Queue>>(cancellationToken) ?? []).ToDictionary(queue => queue.Name);
            return [.. QueueName.All.Where(name => queues.ContainsKey(name.Name)).Select(name => View(name, queues[name.Name]))];
        }
        catch (HttpRequestException e)
        {
            throw new ManagementException($"RabbitMQ's management API does not answer at {address.Url} ({e.GetBaseException().Message}). {Help}", e);
        }
        catch (TaskCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ManagementException($"RabbitMQ's management API does not answer at {address.Url} within {http.Timeout.TotalSeconds:0.#} s. {Help}", e);
        }
        catch (JsonException e)
        {
            throw new ManagementException($"What answers at {address.Url} is not RabbitMQ's management API. {Help}", e);
        }
    }

    const string Help = "Enable the plug-in rabbitmq_management on the broker, or say with RabbitMq__ManagementUrl where it is.";

    HttpRequestMessage Request() => new(HttpMethod.Get, new Uri(address.Url, $"api/queues/{Uri.EscapeDataString(address.VirtualHost)}?columns={Columns}"))
    {
        Headers = { Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{address.User.Name}:{address.User.Password}"))) },
    };

    string Explain(HttpStatusCode status) => status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
        ? $"RabbitMQ's management API at {address.Url} refuses the user {address.User.Name}. Give it the tag monitoring (rabbitmqctl set_user_tags), or name a user that has it in "
          + "RabbitMq__ManagementUrl (http://user:password@host:15672)."
        : $"{address.Url} answers {((int)status).ToString(CultureInfo.InvariantCulture)} where RabbitMQ's management API should be. {Help}";

    static QueueView View(QueueName name, Queue queue) => new()
    {
        Name = name.Name, Kind = name.Kind, Ready = queue.Ready, Unacknowledged = queue.Unacknowledged, Total = queue.Total, Consumers = queue.Consumers,
        OldestAt = queue.Head is { ValueKind: JsonValueKind.Number } head ? DateTimeOffset.FromUnixTimeSeconds(head.GetInt64()) : null,
        PublishRate = queue.Stats?.Publish?.Rate, DeliverRate = queue.Stats?.Deliver?.Rate, AcknowledgeRate = queue.Stats?.Acknowledge?.Rate,
    };

    sealed record Queue(
        [property: JsonPropertyName("name"), JsonRequired] string Name,
        [property: JsonPropertyName("messages_ready")] long? Ready,
        [property: JsonPropertyName("messages_unacknowledged")] long? Unacknowledged,
        [property: JsonPropertyName("messages")] long? Total,
        [property: JsonPropertyName("consumers")] int? Consumers,
        [property: JsonPropertyName("head_message_timestamp")] JsonElement? Head, // "" or missing in an empty queue
        [property: JsonPropertyName("message_stats")] Stats? Stats);

    sealed record Stats(
        [property: JsonPropertyName("publish_details")] Detail? Publish,
        [property: JsonPropertyName("deliver_get_details")] Detail? Deliver,
        [property: JsonPropertyName("ack_details")] Detail? Acknowledge);

    sealed record Detail([property: JsonPropertyName("rate")] double Rate);
}
