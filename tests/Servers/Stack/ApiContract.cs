using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace BatchBus.Tests.Servers.Stack;

/// <summary>What <c>/openapi/v1.json</c> promises. Every answer that a test gets through <see cref="TestApp"/> is held against it.</summary>
public sealed class ApiContract
{
    static ApiContract? _contract; // the same for every stack of this build

    readonly List<(Regex Path, string Template, JsonObject Operations)> _paths;

    ApiContract(JsonNode description)
    {
        Description = description;
        _paths = [.. description["paths"]!.AsObject().Select(path => (new Regex($"^{Regex.Replace(path.Key, @"\{\w+\}", "[^/]+")}/?$"), path.Key, path.Value!.AsObject()))];
    }

    public JsonNode Description { get; }

    public static async Task<ApiContract> Read(Uri api)
    {
        if (_contract is { } known) return known;
        using var http = new HttpClient { BaseAddress = api };
        return _contract = new ApiContract(JsonNode.Parse(await http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)))!);
    }

    /// <summary>Each operation as <c>GET /api/jobs/{id}</c>, with its description.</summary>
    public IEnumerable<(string Name, JsonObject Operation)> Operations =>
        _paths.SelectMany(path => path.Operations.Select(operation => ($"{operation.Key.ToUpperInvariant()} {path.Template}", operation.Value!.AsObject())));

    /// <summary>Fails when an endpoint answers with a status that its description does not name.</summary>
    public void Holds(HttpRequestMessage request, HttpResponseMessage answer)
    {
        var path = answer.RequestMessage!.RequestUri!.AbsolutePath;
        var known = _paths.FirstOrDefault(candidate => candidate.Path.IsMatch(path));
        if (known.Operations?[request.Method.Method.ToLowerInvariant()] is not JsonObject operation) return; // no such endpoint
        var status = ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture);
        Assert.True(operation["responses"]!.AsObject().ContainsKey(status), $"{request.Method} {known.Template} answered {status}, which /openapi/v1.json does not name.");
    }
}
