using System.Net;
using System.Net.Http.Json;
using System.Text;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Connections;

/// <summary>
/// An API key in clear is nowhere but in Fetcher's and Api's memory and on the way to Whop. Real jobs run, one to its end, one whose key is
/// refused on the way, one whose key Whop repeats in its refusal; then everything that left the processes is searched.
/// </summary>
public sealed class SecrecyTests
{
    const string Good = "biz_secret_3000", Revoked = "biz_revoked_3000", Echoed = "biz_echoed_3000";

    static readonly string[] Companies = [Good, Revoked, Echoed];
    static readonly string[] Keys = [.. Companies.SelectMany(company => (string[])[$"sim_{company}", $"sim_{company}.new"]), "sim_biz_wrong_10"];

    readonly List<string> _answers = [];
    readonly List<string> _found = [];

    [Fact]
    public async Task A_key_is_in_no_log_message_trace_metric_answer_or_dump()
    {
        await using var telemetry = await OtlpListener.Start();
        await using var stack = await RunningStack.Start(1, 1, [.. telemetry.Settings, .. Talkative]);
        var tap = await MessageTap.Open(stack.Broker);
        var app = stack.App();

        await Fault(stack, "unauthorized", Revoked, fromPage: 5);
        await Fault(stack, "key_echoed", Echoed, fromPage: 5);
        var connections = new List<Guid>();
        foreach (var company in Companies) connections.Add(await RunJob(stack, app, company));
        foreach (var name in (string[])["Api", "Fetcher", "Ingest"]) await ReadMetrics(stack.Running(name).Single());
        var during = await DatabaseDump.Of(stack.Database);
        await UseEveryEndpoint(app, connections);
        await Eventually.True(async () => await stack.Database.Scalar<long>("SELECT count(*) FROM outbox") == 0, "the last messages to be sent");
        await Exported(telemetry);

        var messages = await tap.Close();
        Assert.Contains(messages, message => message.Contains("encryptedApiKey", StringComparison.Ordinal) && message.Contains(Good, StringComparison.Ordinal));
        Search("messages", messages);
        Assert.Contains("v1.", during, StringComparison.Ordinal); // the ciphertexts are in it
        Search("dump", [during, await DatabaseDump.Of(stack.Database)]);
        Assert.Contains(stack.Logs, line => line.Contains("DEBUG", StringComparison.Ordinal));
        Search("log", [.. stack.Logs]);
        Search("answers", _answers);
        foreach (var signal in (string[])["traces", "metrics", "logs"])
        {
            foreach (var service in (string[])["api", "fetcher", "ingest"])
                Assert.Contains(telemetry.Of(signal), body => body.Contains($"batchbus-{service}", StringComparison.Ordinal));
            Search(signal, telemetry.Of(signal));
        }
        Assert.True(_found.Count == 0, string.Join('\n', _found));
    }

    // Whoever hunts a fault turns the logs up, and sends them to somebody.
    static (string Key, string Value)[] Talkative =>
        [.. ((string[])["Default", "Microsoft", "Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore", "System.Net.Http", "MassTransit", "Polly"])
            .Select(category => ($"Logging__LogLevel__{category}", "Debug"))];

    async Task<Guid> RunJob(RunningStack stack, TestApp app, string company)
    {
        var connection = await app.Connect(company);
        var accepted = await TestApp.Json(await app.Post("/api/batch-lists", new { connectionId = connection, name = company }));
        var job = new TestJob(app, stack, accepted["jobId"]!.GetValue<Guid>(), accepted["audienceId"]!.GetValue<Guid>(), company);
        var ended = await job.Becomes(company == Good ? "completed" : "failed");
        if (company == Echoed) Assert.Contains("No such key: Bearer ", ended["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        await Keep(HttpStatusCode.OK, app.Get($"/api/jobs/{job.Id}"));
        return connection;
    }

    async Task ReadMetrics(ServiceProcess service)
    {
        using var http = new HttpClient { BaseAddress = service.Address };
        await Keep(HttpStatusCode.OK, http.GetAsync("/metrics", TestContext.Current.CancellationToken));
        await Keep(HttpStatusCode.OK, http.GetAsync("/health/ready", TestContext.Current.CancellationToken));
    }

    async Task UseEveryEndpoint(TestApp app, List<Guid> connections)
    {
        var (good, echoed) = ($"/api/connections/{connections[0]}", $"/api/connections/{connections[2]}");
        await Keep(HttpStatusCode.OK, app.Get("/api/jobs"));
        await Keep(HttpStatusCode.OK, app.Get("/api/connections"));
        await Keep(HttpStatusCode.OK, app.Get(good));
        await Keep(HttpStatusCode.Conflict, app.Post("/api/connections", new { companyId = Good, apiKey = $"sim_{Good}" }));
        await Keep(HttpStatusCode.UnprocessableEntity, app.Post("/api/connections", new { companyId = Good, apiKey = "sim_biz_wrong_10" }));
        await Keep(HttpStatusCode.BadRequest, app.Post("/api/connections", new { companyId = "none", apiKey = $"sim_{Good}\n" }));
        await Keep(HttpStatusCode.BadRequest, app.Post("/api/connections", $$"""{ "companyId": "{{Good}}", "apiKey": "sim_{{Good}}" oops }"""));
        await Keep(HttpStatusCode.BadRequest, app.Post("/api/connections", $$"""{ "companyId": "{{Good}}", "apiKey": ["sim_{{Good}}"] }"""));
        await Keep(HttpStatusCode.Created, app.Post("/api/connections", new { companyId = Good, apiKey = $"sim_{Good}.new" }));
        await Keep(HttpStatusCode.Conflict, ApiAlone.PutKey(app, connections[0], $"sim_{Good}.new"));
        await Keep(HttpStatusCode.OK, ApiAlone.PutKey(app, connections[0], $"sim_{Good}"));
        await Keep(HttpStatusCode.UnprocessableEntity, ApiAlone.PutKey(app, connections[0], "sim_biz_wrong_10"));
        await Keep(HttpStatusCode.OK, ApiAlone.PutKey(app, connections[2], $"sim_{Echoed}.new"));
        await Keep(HttpStatusCode.OK, app.Get(echoed));
        await Keep(HttpStatusCode.NoContent, ApiAlone.Delete(app, connections[0]));
        await Keep(HttpStatusCode.NotFound, ApiAlone.PutKey(app, connections[0], $"sim_{Good}"));
    }

    async Task Keep(HttpStatusCode expected, Task<HttpResponseMessage> request)
    {
        using var answer = await request;
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(expected == answer.StatusCode, $"{answer.RequestMessage!.Method} {answer.RequestMessage.RequestUri}: {answer.StatusCode}: {text}");
        _answers.Add($"{answer.Headers}{answer.Content.Headers}{text}");
    }

    /// <summary>Waits until each service has sent its metrics twice more: what came before was sent before.</summary>
    static async Task Exported(OtlpListener telemetry)
    {
        int Sent(string service) => telemetry.Of("metrics").Count(body => body.Contains($"batchbus-{service}", StringComparison.Ordinal));
        foreach (var service in (string[])["api", "fetcher", "ingest"])
        {
            var before = Sent(service);
            await Eventually.True(() => Task.FromResult(Sent(service) >= before + 2), $"{service} to send its metrics");
        }
    }

    static async Task Fault(RunningStack stack, string kind, string companyId, int fromPage)
    {
        using var set = await stack.Simulator.PostAsJsonAsync("/_sim/faults", new { kind, companyId, fromPage }, TestContext.Current.CancellationToken);
        set.EnsureSuccessStatusCode();
    }

    void Search(string place, IReadOnlyList<string> texts)
    {
        Assert.NotEmpty(texts);
        _found.AddRange(Keys.SelectMany(Forms)
            .Where(key => texts.Any(text => text.Contains(key.Form, StringComparison.OrdinalIgnoreCase)))
            .Select(key => $"The key {key.Key} is in the {place}, as {key.Form}."));
    }

    /// <summary>A key as it is, in hexadecimal, and in base64 wherever in a longer text it begins.</summary>
    static IEnumerable<(string Key, string Form)> Forms(string key)
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        yield return (key, key);
        yield return (key, Convert.ToHexStringLower(bytes));
        for (var before = 0; before < 3; before++)
        {
            // Without the characters that also depend on what stands before and after.
            var text = Convert.ToBase64String([.. new byte[before], .. bytes]).TrimEnd('=');
            yield return (key, text[(before == 0 ? 0 : before + 1)..^1]);
        }
    }
}
