namespace BatchBus.Tests.Servers.Tenancy;

/// <summary>Whose things an endpoint is about.</summary>
public enum About
{
    /// <summary>One thing, which the request names: 404 for everybody but its owner.</summary>
    OneThing,

    /// <summary>All things of whoever asks.</summary>
    OwnThings,

    /// <summary>Things of all users: 403 for each of them.</summary>
    Everybody,
}

/// <summary>What an endpoint answers to whom.</summary>
/// <param name="About">Whose things it is about.</param>
/// <param name="Success">Its status for who may.</param>
/// <param name="Body">A body that works, for things of a tenant; null when it takes none.</param>
/// <param name="Job">The status that the tenant's job must have for it.</param>
/// <param name="Service">The answer to a service token without <c>sub</c>, where it is not the owner's.</param>
/// <param name="IsNumbers">True when it only counts, so that its answer names nothing of the tenant's; tests of its own say what it counts.</param>
public sealed record EndpointRule(About About, int Success, Func<Tenant, object>? Body = null, string Job = "paused", int? Service = null, bool IsNumbers = false)
{
    public int Answer(string caller) => caller switch
    {
        Callers.Anonymous or Callers.Expired => 401,
        Callers.Anon or Callers.Nobody => 403,
        Callers.Owner => About == About.Everybody ? 403 : Success,
        Callers.Stranger => About switch { About.OneThing => 404, About.Everybody => 403, _ => Success },
        _ => Service ?? Success,
    };
}

/// <summary>The expectation of every endpoint. Who adds one says here whose things it is about.</summary>
public static class EndpointRules
{
    public static readonly IReadOnlyDictionary<string, EndpointRule> All = new Dictionary<string, EndpointRule>
    {
        ["GET /api/connections"] = new(About.OwnThings, 200),
        // Somebody must own the new one.
        ["POST /api/connections"] = new(About.OwnThings, 201, _ => new { companyId = "biz_rules_10", apiKey = "sim_biz_rules_10", label = "rules" }, Service: 400),
        ["GET /api/connections/{id}"] = new(About.OneThing, 200),
        ["PUT /api/connections/{id}/api-key"] = new(About.OneThing, 200, tenant => new { apiKey = $"sim_biz_seed_1.{tenant.Job.JobId:N}" }),
        ["GET /api/connections/{id}/budget"] = new(About.OneThing, 200),
        ["DELETE /api/connections/{id}"] = new(About.OneThing, 204),
        ["POST /api/batch-lists"] = new(About.OneThing, 202, tenant => new { connectionId = tenant.Job.ConnectionId, name = "rules", priority = "low" }),
        ["GET /api/jobs"] = new(About.OwnThings, 200),
        ["GET /api/jobs/summary"] = new(About.OwnThings, 200, IsNumbers: true),
        // By connection, so that an operator's does not reach the jobs of other tests.
        ["POST /api/jobs/bulk"] = new(About.OwnThings, 202, tenant => new { action = "cancel", connectionId = tenant.Job.ConnectionId }),
        ["GET /api/jobs/{id}"] = new(About.OneThing, 200),
        ["GET /api/jobs/{id}/history"] = new(About.OneThing, 200),
        ["PATCH /api/jobs/{id}"] = new(About.OneThing, 202, _ => new { priority = "vip" }),
        ["POST /api/jobs/{id}/cancel"] = new(About.OneThing, 202),
        ["POST /api/jobs/{id}/pause"] = new(About.OneThing, 202, Job: "processing"),
        ["POST /api/jobs/{id}/resume"] = new(About.OneThing, 202),
        ["POST /api/jobs/{id}/retry"] = new(About.OneThing, 202, Job: "failed"),
        ["GET /api/jobs/{id}/events"] = new(About.OneThing, 200),
        ["GET /api/events"] = new(About.OwnThings, 200),
        ["GET /api/audiences"] = new(About.OwnThings, 200),
        ["GET /api/audiences/{id}"] = new(About.OneThing, 200),
        ["DELETE /api/audiences/{id}"] = new(About.OneThing, 204),
        ["POST /api/audiences/{id}/refresh"] = new(About.OneThing, 202, _ => new { mode = "all", priority = "low" }, Job: "failed"),
        ["GET /api/audiences/{id}/members"] = new(About.OneThing, 200),
        ["GET /api/audiences/{id}/members.csv"] = new(About.OneThing, 200),
        ["GET /api/stats"] = new(About.Everybody, 200),
        ["GET /api/workers"] = new(About.Everybody, 200),
        ["GET /api/queues"] = new(About.Everybody, 200),
        ["GET /api/dead-letters"] = new(About.Everybody, 200),
        ["POST /api/dead-letters/{queue}/replay"] = new(About.Everybody, 200, _ => new { all = true }),
        ["POST /api/dead-letters/{queue}/discard"] = new(About.Everybody, 200, _ => new { all = true }),
    };

    /// <summary>Routes that ask for no token, on purpose, each with an address that is one of it. They show nothing of anybody.</summary>
    public static readonly IReadOnlyDictionary<string, string> Open = new Dictionary<string, string>
    {
        ["ANY /health/live"] = "/health/live",
        ["ANY /health/ready"] = "/health/ready",
        ["ANY /metrics"] = "/metrics",
        ["GET /dashboard/settings.json"] = "/dashboard/settings.json",
        ["GET /openapi/{documentName}.json"] = "/openapi/v1.json",
        ["GET /scalar/{documentName}"] = "/scalar/v1",
        ["GET /scalar/favicon.svg"] = "/scalar/favicon.svg",
        ["GET /scalar/scalar.aspnetcore.js"] = "/scalar/scalar.aspnetcore.js",
        ["GET /scalar/scalar.js"] = "/scalar/scalar.js",
    };

    /// <summary>Those that change something.</summary>
    public static IEnumerable<string> Writes => All.Keys.Where(endpoint => !endpoint.StartsWith("GET ", StringComparison.Ordinal));

    public static bool IsStream(string endpoint) => endpoint.EndsWith("/events", StringComparison.Ordinal);

    /// <summary>The address of an endpoint for a tenant's things.</summary>
    public static string Path(string endpoint, Tenant tenant) => Path(endpoint, Kind(endpoint) switch
    {
        "connections" => tenant.Job.ConnectionId.ToString(),
        "audiences" => tenant.Job.AudienceId.ToString(),
        "jobs" => tenant.Job.JobId.ToString(),
        _ => "member-pages_error",
    });

    /// <summary>The address of an endpoint for an id.</summary>
    public static string Path(string endpoint, string id) =>
        endpoint[(endpoint.IndexOf(' ', StringComparison.Ordinal) + 1)..].Replace("{id}", id, StringComparison.Ordinal).Replace("{queue}", id, StringComparison.Ordinal);

    public static string Method(string endpoint) => endpoint[..endpoint.IndexOf(' ', StringComparison.Ordinal)];

    // The third part of "GET /api/jobs/{id}".
    static string Kind(string endpoint) => endpoint.Split('/')[2];
}
