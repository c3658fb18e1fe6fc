using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace BatchBus.Tests.Servers;

/// <summary>A RabbitMQ virtual host of its own, deleted at the end.</summary>
public sealed class TestVirtualHost : IAsyncDisposable
{
    readonly HttpClient _management;

    public string Name { get; } = $"test-{Guid.NewGuid():N}";

    public Uri Uri { get; }

    TestVirtualHost(Uri broker, HttpClient management)
    {
        Uri = new UriBuilder(broker) { Path = Name }.Uri;
        var user = broker.UserInfo is { Length: > 0 } info ? Uri.UnescapeDataString(info) : "guest:guest";
        _management = management;
        _management.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(user)));
    }

    public static Task<TestVirtualHost> Create() => Create(TestServers.RabbitMq, new HttpClient { BaseAddress = TestServers.RabbitMqManagement });

    /// <summary>One on another broker than that of the test run.</summary>
    public static async Task<TestVirtualHost> Create(Uri broker, HttpClient management)
    {
        var host = new TestVirtualHost(broker, management);
        await host.Declare();
        return host;
    }

    /// <summary>Makes it, or makes it anew, and waits until it runs.</summary>
    public async Task Declare()
    {
        using var answer = await _management.PutAsync($"api/vhosts/{Name}", null);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        await Eventually.True(RunsOnAllNodes, $"{Name} to run on all nodes");
    }

    async Task<bool> RunsOnAllNodes()
    {
        using var answer = await _management.GetAsync($"api/vhosts/{Name}");
        return answer.IsSuccessStatusCode
            && JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["cluster_state"]!.AsObject().All(node => node.Value!.GetValue<string>() == "running");
    }

    /// <summary>The management API under <c>api/</c>, for queue arguments and counts.</summary>
    public HttpClient Management => _management;

    public async ValueTask DisposeAsync()
    {
        using var answer = await _management.DeleteAsync($"api/vhosts/{Name}");
        if (answer.StatusCode != HttpStatusCode.NotFound) answer.EnsureSuccessStatusCode();
        _management.Dispose();
    }
}
