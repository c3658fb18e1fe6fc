using System.Text.Json.Nodes;

namespace BatchBus.Tests.Servers.Tenancy;

/// <summary>Who may do what over HTTP: every endpoint, asked by everybody. What the database says of it is in <see cref="RowTests"/>.</summary>
[Collection(Tenants.Collection)]
public sealed class EndpointTests(Tenants tenants)
{
    public static TheoryData<string, string> EveryEndpointAndCaller =>
        [.. EndpointRules.All.Keys.SelectMany(endpoint => Callers.All.Select(caller => new TheoryDataRow<string, string>(endpoint, caller)))];

    public static TheoryData<string> EveryEndpointWithAnId => [.. EndpointRules.All.Keys.Where(endpoint => endpoint.Contains("{id}", StringComparison.Ordinal))];

    [Fact]
    public void Every_operation_has_a_rule_and_every_rule_an_operation() =>
        Assert.Equal(EndpointRules.All.Keys.Order(), tenants.Contract.Operations.Select(operation => operation.Name.TrimEnd('/')).Order());

    [Fact]
    public async Task Every_route_asks_for_a_token_or_is_open_on_purpose()
    {
        var routes = await ApiRoutes.Of(tenants.Stack.Api);
        Assert.Equal(EndpointRules.All.Keys.Order(), routes.Where(route => !route.IsOpen).Select(route => route.Route).Order());
        Assert.Equal(EndpointRules.Open.Keys.Order(), routes.Where(route => route.IsOpen).Select(route => route.Route).Order());
    }

    [Fact]
    public async Task What_is_open_shows_nothing_of_anybody()
    {
        var tenant = await tenants.Seed("processing");
        foreach (var (route, path) in EndpointRules.Open)
            Assert.False(tenant.IsIn(await tenants.Open(path)), $"{route} shows something of a tenant.");
    }

    [Theory]
    [MemberData(nameof(EveryEndpointAndCaller))]
    public async Task Each_endpoint_answers_each_caller_as_the_rules_say(string endpoint, string caller)
    {
        var rule = EndpointRules.All[endpoint];
        var owner = await tenants.Seed(rule.Job);
        var stranger = await tenants.Seed();
        var seen = caller switch { Callers.Owner or Callers.Service => owner, Callers.Stranger => stranger, _ => null };

        var (status, text) = await tenants.Ask(endpoint, EndpointRules.Path(endpoint, owner), caller, owner, stranger, rule.About == About.OwnThings ? seen : null);

        Assert.True(rule.Answer(caller) == status, $"{status} instead of {rule.Answer(caller)}: {text}");
        if (rule is { About: not About.Everybody, IsNumbers: false } && status == 200 && endpoint.StartsWith("GET ", StringComparison.Ordinal))
            Assert.True(seen?.IsIn(text), $"Nothing of the tenant's is in {text}");
        if (caller != Callers.Service)
            foreach (var hidden in new[] { owner, stranger }.Except([seen]))
                Assert.False(hidden!.IsIn(text), $"Something of another tenant's is in {text}");
    }

    [Fact]
    public async Task No_write_of_somebody_else_changes_anything()
    {
        var stranger = await tenants.Seed();
        var things = new List<(string What, Tenant Owner, List<string> Before)>();
        foreach (var endpoint in EndpointRules.Writes)
            foreach (var caller in Callers.Others)
            {
                var owner = await tenants.Seed();
                things.Add(($"{endpoint} by {caller}", owner, await tenants.Rows(owner)));
                await tenants.Ask(endpoint, EndpointRules.Path(endpoint, owner), caller, owner, stranger);
            }
        await EverythingSoFarIsHandled();
        foreach (var (what, owner, before) in things) Assert.Equal<string>(before.Prepend(what), (await tenants.Rows(owner)).Prepend(what));
    }

    [Theory]
    [MemberData(nameof(EveryEndpointWithAnId))]
    public async Task An_id_of_another_kind_is_not_found(string endpoint)
    {
        var owner = await tenants.Seed();
        var before = await tenants.Rows(owner);
        foreach (var id in new[] { owner.Job.JobId, owner.Job.AudienceId, owner.Job.ConnectionId, owner.Job.OwnerId })
            foreach (var caller in new[] { Callers.Owner, Callers.Service })
                if (EndpointRules.Path(endpoint, $"{id}") is var path && path != EndpointRules.Path(endpoint, owner))
                    Assert.Equal((path, 404), (path, (await tenants.Ask(endpoint, path, caller, owner, owner)).Status));
        await EverythingSoFarIsHandled();
        Assert.Equal(before, await tenants.Rows(owner));
    }

    [Theory]
    [InlineData("GET /api/connections")]
    [InlineData("GET /api/jobs")]
    [InlineData("GET /api/audiences")]
    public async Task Where_an_owner_has_come_to_in_a_list_tells_another_nothing(string list)
    {
        var owner = await tenants.Seed();
        var more = new[] { owner, await tenants.Seed(owner: owner.Job.OwnerId), await tenants.Seed(owner: owner.Job.OwnerId) };
        var stranger = await tenants.Seed();
        var path = EndpointRules.Path(list, owner);
        var (_, first) = await tenants.Ask(list, $"{path}?limit=1", Callers.Owner, owner, stranger);
        var next = JsonNode.Parse(first)!["next"]!.GetValue<string>();

        var (_, own) = await tenants.Ask(list, $"{path}?before={next}", Callers.Owner, owner, stranger);
        var (status, foreign) = await tenants.Ask(list, $"{path}?before={next}", Callers.Stranger, owner, stranger);

        Assert.True(owner.IsIn(own));
        Assert.Equal(200, status);
        Assert.DoesNotContain(more, tenant => tenant.IsIn(foreign));
    }

    [Fact]
    public async Task A_filter_by_somebody_elses_thing_finds_nothing()
    {
        var (owner, stranger) = (await tenants.Seed(), await tenants.Seed());
        foreach (var filter in new[] { $"audienceId={owner.Job.AudienceId}", $"connectionId={owner.Job.ConnectionId}" })
        {
            var (_, own) = await tenants.Ask("GET /api/jobs", $"/api/jobs?{filter}", Callers.Owner, owner, stranger);
            var (_, foreign) = await tenants.Ask("GET /api/jobs", $"/api/jobs?{filter}", Callers.Stranger, owner, stranger);
            Assert.Equal((1, 0), (JsonNode.Parse(own)!["items"]!.AsArray().Count, JsonNode.Parse(foreign)!["items"]!.AsArray().Count));
        }
    }

    /// <summary>Waits until the saga has handled a command that was sent after all others.</summary>
    async Task EverythingSoFarIsHandled()
    {
        var last = await tenants.Seed();
        await tenants.Ask("PATCH /api/jobs/{id}", $"/api/jobs/{last.Job.JobId}", Callers.Owner, last, last);
        await Eventually.True(async () => await tenants.Stack.Database.Scalar<string>("SELECT priority FROM batch_processing_queue WHERE id = $1", last.Job.JobId) == "vip",
            "the last command to be handled");
    }
}
