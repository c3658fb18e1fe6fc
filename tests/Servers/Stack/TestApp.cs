using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace BatchBus.Tests.Servers.Stack;

/// <summary>An app that a user is signed in to.</summary>
public sealed class TestApp(RunningStack stack, Guid user)
{
    static readonly JsonWebTokenHandler Tokens = new();

    public Guid User => user;

    /// <summary>Connects a company of the simulator.</summary>
    public async Task<Guid> Connect(string company)
    {
        var connection = await Json(await Post("/api/connections", new { companyId = company, apiKey = $"sim_{company}", label = company }));
        return connection["id"]!.GetValue<Guid>();
    }

    /// <summary>Connects a company and asks for a list of its members.</summary>
    public async Task<TestJob> CreateBatchList(string company, string priority = "normal") => await CreateBatchList(await Connect(company), company, priority);

    /// <summary>Asks for a list of a connected company's members.</summary>
    public async Task<TestJob> CreateBatchList(Guid connection, string company, string priority = "normal")
    {
        var accepted = await Json(await Post("/api/batch-lists", new { connectionId = connection, name = company, priority }));
        return new TestJob(this, stack, accepted["jobId"]!.GetValue<Guid>(), accepted["audienceId"]!.GetValue<Guid>(), company);
    }

    public Task<HttpResponseMessage> Get(string path) => Send(new HttpRequestMessage(HttpMethod.Get, path));

    public Task<HttpResponseMessage> Post(string path, object body) =>
        Send(new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) });

    public Task<HttpResponseMessage> Post(string path, string body) =>
        Send(new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") });

    /// <summary>Sends a request with the user's token, unless it brings its own.</summary>
    public async Task<HttpResponseMessage> Send(HttpRequestMessage request)
    {
        using var http = new HttpClient { BaseAddress = stack.Api.Address };
        request.Headers.Authorization ??= new AuthenticationHeaderValue("Bearer", Token(user));
        var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        (await ApiContract.Read(stack.Api.Address)).Holds(request, answer);
        return answer;
    }

    public static string Token(Guid? user, string role = "authenticated", TimeSpan? validFor = null, string secret = RunningStack.JwtSecret, string? email = null)
    {
        var claims = new Dictionary<string, object> { ["role"] = role, ["aud"] = "authenticated" };
        if (user is { } sub) claims["sub"] = sub.ToString();
        if (email is not null) claims["email"] = email;
        return Tokens.CreateToken(new SecurityTokenDescriptor
        {
            Claims = claims,
            NotBefore = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-2),
            IssuedAt = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-2),
            Expires = TimeProvider.System.GetUtcNow().UtcDateTime + (validFor ?? TimeSpan.FromHours(1)),
            SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret)), SecurityAlgorithms.HmacSha256),
        });
    }

    /// <summary>The body of a successful answer.</summary>
    public static async Task<JsonNode> Json(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode}: {text}");
        return JsonNode.Parse(text)!;
    }
}

/// <summary>A job that a test watches.</summary>
public sealed class TestJob(TestApp app, RunningStack stack, Guid id, Guid audienceId, string company)
{
    public Guid Id => id;

    public Guid AudienceId => audienceId;

    public Guid Owner => app.User;

    public async Task<JsonNode> Read() => await TestApp.Json(await app.Get($"/api/jobs/{id}"));

    /// <summary>Waits until the job has a status; any other end fails the test.</summary>
    public async Task<JsonNode> Becomes(string status)
    {
        JsonNode job = JsonValue.Create(0);
        await Eventually.True(async () =>
        {
            job = await Read();
            var now = job["status"]!.GetValue<string>();
            if (now != status && now is "completed" or "failed" or "cancelled") Assert.Fail($"The job became {now} instead of {status}: {job}");
            return now == status;
        }, $"job of {company} to become {status}", instead: () => $"It is: {job}\n{stack.LastLogs}");
        return job;
    }

    /// <summary>Waits until so many pages are stored.</summary>
    public Task Stored(int pages) => Eventually.True(async () =>
        (await Read())["progress"]!["pagesIngested"]!.GetValue<int>() >= pages, $"{pages} pages of {company} to be stored");

    /// <summary>The audience is what the simulator says that it should be, to the row, and so are the totals.</summary>
    public async Task IsExact()
    {
        await HasExactRows();
        var totals = JsonNode.Parse(await stack.Simulator.GetStringAsync(new Uri($"/_sim/companies/{company}", UriKind.Relative)))!["expected"]!;
        var progress = (await Read())["progress"]!;
        Assert.Equal(
            (Number(totals, "fetched"), Number(totals, "inserted"), Number(totals, "duplicates"), Number(totals, "invalid"), Number(totals, "withoutEmail")),
            (Number(progress, "membersFetched"), Number(progress, "inserted"), Number(progress, "duplicates"), Number(progress, "invalid"), Number(progress, "withoutEmail")));
    }

    /// <summary>The audience has the members that the simulator says that it should have.</summary>
    public async Task HasExactRows()
    {
        var (expected, leaving) = await stack.Expected(company);
        expected.UnionWith(leaving);
        var rows = await stack.Database.Column<string>("SELECT email FROM audience_members WHERE audience_id = $1", audienceId);
        Assert.Equal(expected.Count, rows.Count);
        Assert.True(expected.SetEquals(rows), "The audience has other members than the simulator expects.");
    }

    /// <summary>Pages that Whop gave out beyond those that the company has; storing the key asked for one.</summary>
    public async Task<long> PagesFetchedTwice(int pages)
    {
        var counts = JsonNode.Parse(await stack.Simulator.GetStringAsync(new Uri("/_sim/requests", UriKind.Relative)))!["requests"]!.AsArray();
        var members = counts.Single(count => count!["key"]!.GetValue<string>() == $"sim_{company}" && count["operation"]!.GetValue<string>() == "members");
        return members!["byStatus"]!["200"]!.GetValue<long>() - pages - 1;
    }

    static long Number(JsonNode node, string name) => node[name]!.GetValue<long>();
}
