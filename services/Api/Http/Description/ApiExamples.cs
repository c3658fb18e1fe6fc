using System.Text.Json.Nodes;
using BatchBus.Api.BatchLists;
using BatchBus.Api.Connections;
using BatchBus.Api.DeadLetters;
using BatchBus.Api.Jobs;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace BatchBus.Api.Http.Description;

/// <summary>For each body that a client sends: an example that works, and which of its fields must be there.</summary>
static class ApiExamples
{
    static readonly Dictionary<Type, (string[] Required, string Json)> Bodies = new()
    {
        [typeof(NewConnection)] = (["companyId", "apiKey"], """{ "companyId": "biz_mine_5000", "apiKey": "sim_biz_mine_5000", "label": "My company" }"""),
        [typeof(NewApiKey)] = (["apiKey"], """{ "apiKey": "sim_biz_mine_5000.second" }"""),
        [typeof(NewBatchList)] = (["connectionId", "name"], """{ "connectionId": "019aa0c1-7f3e-7000-8000-000000000001", "name": "Everybody", "priority": "normal" }"""),
        [typeof(NewRefresh)] = ([], """{ "mode": "all", "priority": "normal" }"""),
        [typeof(JobPatch)] = (["priority"], """{ "priority": "high" }"""),
        [typeof(JobBulkRequest)] = (["action"], """{ "action": "retry", "status": "failed" }"""),
        [typeof(DeadLetterSelection)] = ([], """{ "all": true, "limit": 100 }"""),
    };

    public static Task Add(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (!Bodies.TryGetValue(context.JsonTypeInfo.Type, out var body)) return Task.CompletedTask;
        schema.Required = body.Required.ToHashSet();
        schema.Examples = [JsonNode.Parse(body.Json)!];
        return Task.CompletedTask;
    }
}
