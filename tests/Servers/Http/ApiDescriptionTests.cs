using System.Text.Json.Nodes;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Http;

/// <summary>What <c>/openapi/v1.json</c> says of itself. That the endpoints keep to it, every test sees to: see <see cref="ApiContract"/>.</summary>
public sealed class ApiDescriptionTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Every_operation_says_what_it_does_who_may_and_how_it_fails()
    {
        var contract = await ApiContract.Read(fixture.Stack.Api.Address);
        Assert.NotEmpty(contract.Operations);
        Assert.All(contract.Operations, operation =>
        {
            var (name, description) = operation;
            Assert.False(string.IsNullOrEmpty((string?)description["summary"]), $"{name} has no summary.");
            Assert.True(description["security"]!.AsArray().Count == 1, $"{name} does not say that it wants a token.");
            var responses = description["responses"]!.AsObject();
            Assert.All(responses, response => Assert.False(string.IsNullOrEmpty((string?)response.Value!["description"]), $"{name} does not say what {response.Key} means."));
            Assert.All(["401", "403", "500", "503"], status => Assert.True(responses.ContainsKey(status), $"{name} does not name {status}."));
            Assert.All(responses.Where(response => response.Key[0] is '4' or '5'), response =>
                Assert.Equal("application/problem+json", Assert.Single(response.Value!["content"]!.AsObject()).Key));
            if (name.Contains('{', StringComparison.Ordinal)) Assert.True(responses.ContainsKey("404"), $"{name} does not name 404.");
        });
    }

    [Fact]
    public async Task Every_parameter_is_explained()
    {
        var contract = await ApiContract.Read(fixture.Stack.Api.Address);
        var parameters = contract.Operations.SelectMany(operation => (operation.Operation["parameters"]?.AsArray() ?? []).Select(parameter => (operation.Name, Parameter: parameter!)));
        Assert.All(parameters, p => Assert.False(string.IsNullOrEmpty((string?)p.Parameter["description"]), $"{p.Name}: {p.Parameter["name"]} is not explained."));
    }

    [Fact]
    public async Task Every_body_has_an_example_and_its_fields_are_explained()
    {
        var contract = await ApiContract.Read(fixture.Stack.Api.Address);
        var bodies = contract.Operations.Where(operation => operation.Operation["requestBody"] is not null).ToList();
        Assert.NotEmpty(bodies);
        Assert.All(bodies, operation =>
        {
            var schema = Resolve(contract.Description, operation.Operation["requestBody"]!["content"]!["application/json"]!["schema"]!);
            Assert.True(schema["examples"] is JsonArray { Count: > 0 }, $"The body of {operation.Name} has no example.");
            Assert.All(schema["properties"]!.AsObject(), field => Assert.True(
                IsExplained(field.Value!) || Resolve(contract.Description, field.Value!)["description"] is not null, $"{operation.Name}: {field.Key} is not explained."));
        });
    }

    [Fact]
    public async Task The_page_to_try_requests_is_there()
    {
        using var http = new HttpClient { BaseAddress = fixture.Stack.Api.Address };
        Assert.Contains("scalar", await http.GetStringAsync(new Uri("/scalar", UriKind.Relative), TestContext.Current.CancellationToken), StringComparison.OrdinalIgnoreCase);
    }

    // A field that may be null says it in the choice that is not.
    static bool IsExplained(JsonNode field) => field["description"] is not null || field["oneOf"]?.AsArray().Any(choice => choice!["description"] is not null) == true;

    static JsonNode Resolve(JsonNode description, JsonNode schema)
    {
        var reference = (string?)schema["$ref"] ?? (string?)schema["oneOf"]?.AsArray().FirstOrDefault(choice => choice!["$ref"] is not null)?["$ref"];
        return reference is null ? schema : description["components"]!["schemas"]![reference.Split('/')[^1]]!;
    }
}
