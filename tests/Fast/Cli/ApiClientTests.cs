using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using BatchBus.Cli;
using BatchBus.Cli.Client;
using BatchBus.Cli.Jobs;
using Microsoft.AspNetCore.Http;

namespace BatchBus.Tests.Fast.Cli;

public sealed class ApiClientTests
{
    const string Job = """{"id":"7d3f0c5e-6f6f-4a62-9d3e-0f2a4c1b8e55","audienceId":"7d3f0c5e-6f6f-4a62-9d3e-0f2a4c1b8e55","connectionId":"7d3f0c5e-6f6f-4a62-9d3e-0f2a4c1b8e55","name":"x","status":"STATUS","priority":"normal","progress":{}}""";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(409, """{"title":"Conflict","detail":"The job is cancelled."}""", "The Api says 409: The job is cancelled.", 1)]
    [InlineData(400, """{"title":"Wrong.","errors":{"a":["a is wrong."],"b":["b is, too."]}}""", "The Api says 400: a is wrong. b is, too.", 1)]
    [InlineData(403, """{"title":"Forbidden"}""", "The Api says 403: Forbidden", 1)]
    [InlineData(503, """{"detail":"The database is away."}""", "The Api says 503: The database is away.", 3)]
    public async Task A_refusal_is_the_Apis_sentence(int status, string problem, string sentence, int exitCode)
    {
        await using var api = await FakeApi.Start(context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/problem+json";
            return context.Response.WriteAsync(problem);
        });
        using var client = new ApiClient(api.Address, () => "token");
        var e = await Assert.ThrowsAsync<ApiException>(() => client.Get("api/jobs", Cancellation));
        Assert.Equal((sentence, exitCode), (e.Message, e.ExitCode));
    }

    [Fact]
    public async Task What_is_not_BatchBus_is_said_so()
    {
        await using var api = await FakeApi.Start(context => context.Response.WriteAsync("<html>Welcome</html>"));
        using var client = new ApiClient(api.Address, () => "token");
        var answer = await client.Get("api/jobs", Cancellation);
        Assert.Contains("is not the Api of this version of BatchBus", Assert.Throws<CliException>(answer.As<JobList>).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_is_asked_for_each_time_and_the_address_keeps_its_path()
    {
        var seen = new ConcurrentQueue<string>();
        await using var api = await FakeApi.Start(context =>
        {
            seen.Enqueue($"{context.Request.Path} {context.Request.Headers.Authorization}");
            return context.Response.WriteAsync("{}");
        });
        var number = 0;
        using var client = new ApiClient(api.Address, () => $"token{++number}");
        await client.Get("api/jobs", Cancellation);
        await client.Get("api/jobs", Cancellation);
        Assert.Equal(["/base/api/jobs Bearer token1", "/base/api/jobs Bearer token2"], seen);
    }

    [Fact]
    public async Task A_stream_that_breaks_is_asked_for_again_from_where_it_was()
    {
        var (asked, arrived) = (new ConcurrentQueue<string>(), new TaskCompletionSource());
        await using var api = await FakeApi.Start(async context =>
        {
            asked.Enqueue(context.Request.Headers["Last-Event-ID"].ToString());
            if (asked.Count == 2)
            {
                context.Response.StatusCode = 503;
                return;
            }
            context.Response.ContentType = "text/event-stream";
            var status = asked.Count == 1 ? "processing" : "completed";
            await context.Response.WriteAsync($"id: {asked.Count}\nevent: progress\ndata: {Job.Replace("STATUS", status, StringComparison.Ordinal)}\n\n", Cancellation);
            await context.Response.Body.FlushAsync(Cancellation);
            if (asked.Count > 1) return;
            await arrived.Task.WaitAsync(Cancellation);
            context.Abort();
        });
        using var client = new ApiClient(api.Address, () => "token");
        var (statuses, said) = (new List<string>(), new List<string>());
        await foreach (var answer in new JobEvents(client, Guid.Empty, said.Add).Read(Cancellation))
        {
            statuses.Add(JsonNode.Parse(answer.Text)!["status"]!.GetValue<string>());
            if (statuses[^1] == "completed") break;
            arrived.SetResult();
        }
        Assert.Equal(["processing", "completed"], statuses);
        Assert.Equal(["", "1", "1"], asked);
        Assert.Equal(2, said.Count);
    }
}
