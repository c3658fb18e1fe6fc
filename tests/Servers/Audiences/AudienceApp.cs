using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Audiences;

/// <summary>What the tests of audiences do with an app beyond <see cref="TestApp"/>.</summary>
static class AudienceApp
{
    /// <summary>Puts members into an audience, as Ingest does.</summary>
    public static Task<int> AddMembers(this RunningStack stack, Guid audience, params string[] emails) => stack.Database.Execute(
        "INSERT INTO audience_members (audience_id, email, whop_member_id) SELECT $1, email, 'mem_' || email FROM unnest($2) AS m(email)", audience, emails);

    /// <summary>Puts many members into an audience, each of some hundred bytes.</summary>
    public static Task<int> AddMembers(this RunningStack stack, Guid audience, int count) => stack.Database.Execute("""
        INSERT INTO audience_members (audience_id, email, whop_member_id, name)
        SELECT $1, 'member' || lpad(i::text, 8, '0') || '@x.io', 'mem_' || i, repeat('n', 150) FROM generate_series(1, $2) AS i
        """, audience, count);

    public static Task<HttpResponseMessage> Delete(this TestApp app, string path) => app.Send(new HttpRequestMessage(HttpMethod.Delete, path));

    /// <summary>Follows <c>next</c> through a list.</summary>
    public static async Task<List<JsonNode>> Pages(this TestApp app, string path, string cursor)
    {
        var items = new List<JsonNode>();
        for (var next = ""; next is not null;)
        {
            var page = await TestApp.Json(await app.Get($"{path}{next}"));
            items.AddRange(page["items"]!.AsArray().Select(item => item!));
            next = page["next"] is { } value ? $"&{cursor}={Uri.EscapeDataString(value.GetValue<string>())}" : null;
        }
        return items;
    }

    public static Guid Id(this JsonNode item) => item["id"]!.GetValue<Guid>();

    /// <summary>Begins a download; its body has not been read.</summary>
    public static async Task<HttpResponseMessage> Begin(this TestApp app, HttpClient http, string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", TestApp.Token(app.User)) } };
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }
}
