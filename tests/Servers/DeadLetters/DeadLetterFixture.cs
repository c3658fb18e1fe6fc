using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.DeadLetters;

/// <summary>An Api without workers, so that what is replayed stays where a test can see it.</summary>
public sealed class DeadLetterFixture : IAsyncLifetime
{
    public RunningStack Stack { get; private set; } = null!;

    public BrokerQueues Queues { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Stack = await RunningStack.Start(fetchers: 0, ingests: 0);
        Queues = await BrokerQueues.Open(Stack.Broker.Uri);
    }

    public async ValueTask DisposeAsync()
    {
        if (Queues is not null) await Queues.DisposeAsync();
        if (Stack is not null) await Stack.DisposeAsync();
    }
}

/// <summary>Somebody who may see and move dead letters.</summary>
public sealed class Operator(RunningStack stack)
{
    public static string Token => TestApp.Token(Guid.NewGuid(), "service_role");

    public async Task<JsonNode> List(int? limit = null) => await TestApp.Json(await Send(HttpMethod.Get, limit is null ? "" : $"?limit={limit}"));

    /// <summary>What the list says about a queue.</summary>
    public async Task<JsonNode> Queue(string name, int? limit = null) =>
        (await List(limit))["items"]!.AsArray().Single(queue => queue!["queue"]!.GetValue<string>() == name)!;

    /// <summary>Replays and returns how many were replayed and how many kept.</summary>
    public async Task<(int Replayed, int Kept)> Replay(string queue, object selection)
    {
        var answer = await TestApp.Json(await Send(HttpMethod.Post, $"/{queue}/replay", selection));
        return (answer["replayed"]!.GetValue<int>(), answer["kept"]!.GetValue<int>());
    }

    public Task<HttpResponseMessage> Send(HttpMethod method, string path, object? body = null, string? token = null)
    {
        var request = new HttpRequestMessage(method, $"/api/dead-letters{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? Token);
        if (body is not null) request.Content = JsonContent.Create(body);
        return stack.App().Send(request);
    }
}
