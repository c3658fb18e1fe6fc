using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Tenancy;

/// <summary>
/// Odd text in every parameter and every field of every endpoint is refused or taken; it never breaks anything. Sent by hand, for no client
/// would send it.
/// </summary>
[Collection(Tenants.Collection)]
public sealed class OddTextTests(Tenants tenants)
{
    const string Json = "application/json";

    public static TheoryData<string> EveryEndpoint => [.. EndpointRules.All.Keys];

    [Theory]
    [MemberData(nameof(EveryEndpoint))]
    public async Task Odd_text_never_breaks_an_endpoint(string endpoint)
    {
        var tenant = await tenants.Seed();
        var wrong = new List<string>();
        foreach (var (place, make) in Places(endpoint, tenant))
        {
            foreach (var text in OddText.WithZero)
                if (await Status(make(text)) is var status and not (>= 400 and < 500)) wrong.Add($"{place} = {text.Address}: {status} instead of a refusal");
            foreach (var text in OddText.Strange)
                if (await Status(make(text)) is var status and not (>= 200 and < 500)) wrong.Add($"{place} = {text.Address}: {status}");
        }
        Assert.Empty(wrong);
        // The same request without odd text is taken, so it was the text that was refused.
        var other = await tenants.Seed(EndpointRules.All[endpoint].Job);
        Assert.Equal(EndpointRules.All[endpoint].Success, await Status(Request(endpoint, other, EndpointRules.Path(endpoint, other), [], Body(endpoint, other))));
    }

    /// <summary>Each place for text, with the request that has it there and is in order otherwise.</summary>
    IEnumerable<(string Place, Func<OddText, byte[]> Make)> Places(string endpoint, Tenant tenant)
    {
        var operation = tenants.Contract.Operations.Single(o => o.Name.TrimEnd('/') == endpoint).Operation;
        var path = EndpointRules.Path(endpoint, tenant);
        var body = Body(endpoint, tenant);
        foreach (var parameter in operation["parameters"]?.AsArray() ?? [])
        {
            var (place, name) = ((string)parameter!["in"]!, (string)parameter["name"]!);
            yield return ($"{place} {name}", place switch
            {
                "path" => text => Request(endpoint, tenant, EndpointRules.Path(endpoint, text.Address), [], body),
                "query" => text => Request(endpoint, tenant, $"{path}?{name}={text.Address}", [], body),
                _ => text => Request(endpoint, tenant, path, [.. Encoding.ASCII.GetBytes($"{name}: "), .. text.Header, .. "\r\n"u8], body),
            });
        }
        if (body.Length == 0) yield break;
        foreach (var field in Fields(operation))
            yield return ($"field {field}", text => Request(endpoint, tenant, path, [], With(body, field, text.Json)));
    }

    IEnumerable<string> Fields(JsonObject operation)
    {
        var schema = operation["requestBody"]!["content"]![Json]!["schema"]!;
        if ((string?)schema["$ref"] is { } reference) schema = tenants.Contract.Description["components"]!["schemas"]![reference.Split('/')[^1]]!;
        return schema["properties"]!.AsObject().Select(property => property.Key);
    }

    static byte[] Body(string endpoint, Tenant tenant) => EndpointRules.All[endpoint].Body is { } make ? JsonSerializer.SerializeToUtf8Bytes(make(tenant)) : [];

    /// <summary>A body with another value in one field, written as it is.</summary>
    static byte[] With(byte[] body, string field, byte[] json)
    {
        var fields = JsonNode.Parse(body)!.AsObject();
        fields.Remove(field);
        var rest = fields.ToJsonString();
        return [.. Encoding.UTF8.GetBytes($"{{\"{field}\":"), .. json, .. Encoding.UTF8.GetBytes(rest == "{}" ? "}" : $",{rest[1..]}")];
    }

    /// <summary>A request of the one who may.</summary>
    static byte[] Request(string endpoint, Tenant tenant, string path, byte[] header, byte[] body)
    {
        var token = EndpointRules.All[endpoint].About == About.Everybody ? TestApp.Token(null, role: "service_role") : TestApp.Token(tenant.Job.OwnerId);
        var head = $"{EndpointRules.Method(endpoint)} {path} HTTP/1.1\r\nHost: api\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n";
        var end = body.Length == 0 ? "\r\n" : $"Content-Type: {Json}\r\nContent-Length: {body.Length}\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. header, .. Encoding.ASCII.GetBytes(end), .. body];
    }

    async Task<int> Status(byte[] request)
    {
        var api = tenants.Stack.Api.Address;
        using var client = new TcpClient();
        await client.ConnectAsync(api.Host, api.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(request, TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        var line = await reader.ReadLineAsync(TestContext.Current.CancellationToken) ?? "";
        return line.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? int.Parse(line.AsSpan(9, 3), CultureInfo.InvariantCulture) : 0;
    }
}
