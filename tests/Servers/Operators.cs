using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers;

/// <summary>What whoever runs BatchBus asks it.</summary>
public static class Operators
{
    /// <summary>Asks with a token of the service role.</summary>
    public static async Task<JsonNode> AsOperator(this RunningStack stack, string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", TestApp.Token(null, "service_role")) } };
        using var answer = await stack.App().Send(request);
        return await TestApp.Json(answer);
    }
}
