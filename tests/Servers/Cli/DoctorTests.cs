using System.Security.Cryptography;
using System.Text.Json.Nodes;
using BatchBus.Database;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Cli;

/// <summary><c>./batchbus doctor</c> with a service's settings, against real servers.</summary>
public sealed class DoctorTests(CliFixture cli) : IClassFixture<CliFixture>
{
    [Fact]
    public async Task All_is_well_with_a_running_stack()
    {
        await new TestApp(cli.Stack, cli.User).Connect("biz_doctor_5");
        var result = await Doctor([]);
        Assert.True(result.ExitCode == 0, result.Output + result.Errors);
        Assert.Equal(["settings", "PostgreSQL", "schema", "keys", "clock", "RabbitMQ", "queues", "Whop", "Api"], Checks(result).Select(check => Text(check, "check")));
        Assert.All(Checks(result), check => Assert.Equal("ok", Text(check, "outcome")));
        Assert.DoesNotContain(cli.Stack.MasterKey, result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Secrets__MasterKey", "short", "settings", "Secrets__MasterKey must be 32 bytes in base64")]
    [InlineData("Whop__PageSize", "0", "settings", "Whop__PageSize must be between 1 and 100")]
    [InlineData("Auth__Authority", "https://batchbus.example.com", "settings", "Set either Auth__JwtSecret or Auth__Authority")]
    [InlineData("ConnectionStrings__Postgres", "Host=127.0.0.1;Port=1;Username=x;Database=x", "PostgreSQL", "127.0.0.1:1 cannot be reached")]
    [InlineData("ConnectionStrings__RabbitMq", "amqp://guest:guest@127.0.0.1:1", "RabbitMQ", "127.0.0.1:1 cannot be reached")]
    [InlineData("Whop__BaseUrl", "http://127.0.0.1:1/api/v1", "Whop", "http://127.0.0.1:1/api/v1 cannot be reached")]
    public async Task What_is_wrong_fails_its_check_and_says_what_to_do(string setting, string value, string check, string sentence)
    {
        var result = await Doctor(new() { [setting] = value });
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(Checks(result), c => Text(c, "check") == check && Text(c, "outcome") == "failed" && Text(c, "sentence").StartsWith(sentence, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Logins_that_are_refused_are_named()
    {
        var result = await Doctor(new()
        {
            ["ConnectionStrings__Postgres"] = cli.Stack.Database.As(LoginRoles.Api, "wrong"),
            ["ConnectionStrings__RabbitMq"] = new UriBuilder(cli.Stack.Broker.Uri) { Password = "wrong" }.ToString(),
        });
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"refuses {LoginRoles.Api}. Give its password", Sentence(result, "PostgreSQL"), StringComparison.Ordinal);
        Assert.Contains("refuses the login", Sentence(result, "RabbitMQ"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_under_another_master_key_are_found()
    {
        await new TestApp(cli.Stack, cli.User).Connect("biz_doctorkeys_5");
        var other = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var lost = await Doctor(new() { ["Secrets__MasterKey"] = other });
        Assert.Equal(1, lost.ExitCode);
        Assert.Contains("Put the master key that encrypted them into Secrets__PreviousKeys", Sentence(lost, "keys"), StringComparison.Ordinal);

        var rotating = await Doctor(new() { ["Secrets__MasterKey"] = other, ["Secrets__PreviousKeys"] = cli.Stack.MasterKey });
        Assert.Equal(0, rotating.ExitCode);
        Assert.Contains("./batchbus secrets rotate", Sentence(rotating, "keys"), StringComparison.Ordinal);
        // Row-level security would show this login no connection, which must not pass for none.
        var ingest = await Doctor(new() { ["ConnectionStrings__Postgres"] = cli.Stack.Database.As(LoginRoles.Ingest, MigratedDatabase.Password) });
        Assert.StartsWith("Not checked: this login may not see", Sentence(ingest, "keys"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schema_that_is_not_this_versions_is_told()
    {
        await using var database = await MigratedDatabase.Create();
        var login = database.As(LoginRoles.Api, MigratedDatabase.Password);
        await database.Execute("INSERT INTO supabase_migrations.schema_migrations (version) VALUES ('20990101000000')");
        Assert.Contains("does not know (20990101000000)", Sentence(await Doctor(new() { ["ConnectionStrings__Postgres"] = login }), "schema"), StringComparison.Ordinal);
        await database.Execute("UPDATE supabase_migrations.schema_migrations SET statements = ARRAY['SELECT 1'] WHERE version = '20261123000003'");
        Assert.Contains("Changed after they had been applied: 20261123000003_access.", Sentence(await Doctor(new() { ["ConnectionStrings__Postgres"] = login }), "schema"), StringComparison.Ordinal);
        await database.Execute("DELETE FROM supabase_migrations.schema_migrations WHERE version = '20261123000003'");
        var older = await Doctor(new() { ["ConnectionStrings__Postgres"] = login });
        Assert.Equal(1, older.ExitCode);
        Assert.Equal("Not applied: 20261123000003_access. Run ./batchbus migrate (or supabase db push).", Sentence(older, "schema"));
    }

    [Fact]
    public async Task It_works_without_an_Api()
    {
        var result = await Doctor(new() { ["BATCHBUS_API"] = "http://127.0.0.1:1" });
        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("The Api at http://127.0.0.1:1/ cannot be reached", Sentence(result, "Api"), StringComparison.Ordinal);
    }

    async Task<CliResult> Doctor(Dictionary<string, string> settings)
    {
        var all = cli.AsOperator();
        all["ConnectionStrings__Postgres"] = cli.Stack.Database.As(LoginRoles.Api, MigratedDatabase.Password);
        all["ConnectionStrings__RabbitMq"] = cli.Stack.Broker.Uri.ToString();
        all["Secrets__MasterKey"] = cli.Stack.MasterKey;
        all["Auth__JwtSecret"] = RunningStack.JwtSecret;
        all["Whop__BaseUrl"] = new Uri(cli.Stack.Simulator.BaseAddress!, "api/v1").ToString();
        foreach (var (name, value) in settings) all[name] = value;
        using var process = CliProcess.Start(all, "doctor", "--json");
        return await process.Result();
    }

    static List<JsonNode> Checks(CliResult result) => [.. result.Json["checks"]!.AsArray().Select(check => check!)];

    static string Sentence(CliResult result, string check) => Text(Checks(result).Single(c => Text(c, "check") == check), "sentence");

    static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();
}
