using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace BatchBus.Tests.Fast.Api.Access;

/// <summary>Tokens signed with Supabase's JWT secret (HS256), over HTTP.</summary>
public sealed class SecretTokenTests : IAsyncLifetime
{
    readonly TestToken _token = new();
    TestApi _api = null!;

    public async ValueTask InitializeAsync() => _api = await TestApi.Start(("Auth:JwtSecret", TestApi.JwtSecret));

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public Task A_good_token_names_the_caller() => _api.Accepts(_token.SignedWith(), _token.User);

    [Fact]
    public Task A_service_token_needs_no_user() =>
        _api.Accepts(_token.With("role", "service_role").Without("sub").SignedWith(), Guid.Empty, "service_role");

    [Fact]
    public Task No_token_is_asked_for_one() => _api.Refuses(null, HttpStatusCode.Unauthorized, "Authorization: Bearer");

    [Fact]
    public Task An_expired_token_is_named_so() => _api.Refuses(_token.With("exp", TestToken.In(-0.1)).SignedWith(), HttpStatusCode.Unauthorized, "expired");

    [Fact]
    public Task A_token_from_the_future_is_refused() => Invalid(_token.With("nbf", TestToken.In(0.5)).SignedWith());

    [Fact]
    public Task A_token_that_never_expires_is_refused() => Invalid(_token.Without("exp").SignedWith());

    [Fact]
    public Task Another_secret_is_refused() => Invalid(_token.SignedWith("another secret, as long as the right one"));

    [Fact]
    public async Task Another_algorithm_with_the_right_secret_is_refused()
    {
        var secret = TestApi.JwtSecret.PadRight(64, '!'); // HS512 wants 64 bytes
        await using var api = await TestApi.Start(("Auth:JwtSecret", secret));
        await api.Accepts(_token.SignedWith(secret), _token.User);
        await api.Refuses(_token.SignedWith(secret, SecurityAlgorithms.HmacSha512), HttpStatusCode.Unauthorized, "not valid");
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("")]
    public Task An_unsigned_token_is_refused(string algorithm) => Invalid($"{Part($$"""{"alg":"{{algorithm}}","typ":"JWT"}""")}.{_token.SignedWith().Split('.')[1]}.");

    [Fact]
    public Task A_changed_payload_is_refused()
    {
        var parts = _token.SignedWith().Split('.');
        return Invalid($"{parts[0]}.{Part($$"""{"sub":"{{_token.User}}","role":"service_role","exp":{{TestToken.In(1)}}}""")}.{parts[2]}");
    }

    [Fact]
    public Task A_signature_that_was_cut_off_is_refused() => Invalid(_token.SignedWith()[..^8]);

    [Theory]
    [InlineData("nonsense")]
    [InlineData("a.b.c")]
    [InlineData("....")]
    [InlineData("e30.e30.")]
    public Task What_is_no_token_is_refused(string text) => Invalid(text);

    [Fact]
    public Task A_very_long_token_is_refused_like_any_other() => Invalid(_token.With("padding", new string('x', 12_000)).SignedWith("another secret, as long as the right one"));

    [Fact]
    public async Task A_header_beyond_32_KiB_is_not_even_read()
    {
        using var answer = await _api.Who(_token.With("padding", new string('x', 40_000)).SignedWith());
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, answer.StatusCode);
    }

    [Fact]
    public Task A_user_needs_a_sub() => Forbidden(_token.Without("sub"));

    [Theory]
    [InlineData("")]
    [InlineData("somebody")]
    [InlineData("17")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("{7d3f0c5e-6f6f-4a62-9d3e-0f2a4c1b8e55}")]
    public Task A_sub_must_be_a_uuid(string sub) => Forbidden(_token.With("sub", sub));

    [Fact]
    public Task A_role_is_needed() => Forbidden(_token.Without("role"));

    [Theory]
    [InlineData("anon")]
    [InlineData("postgres")]
    [InlineData("batchbus_api")]
    [InlineData("Service_Role")]
    [InlineData("")]
    public Task An_unknown_role_may_do_nothing(string role) => Forbidden(_token.With("role", role));

    [Fact]
    public Task Two_roles_are_none() => Forbidden(_token.With("role", JsonNode.Parse("""["authenticated", "service_role"]""")));

    [Fact]
    public Task Two_users_are_none() => Invalid(_token.With("sub", JsonNode.Parse($"""["{_token.User}", "{Guid.NewGuid()}"]""")).SignedWith());

    [Theory]
    [InlineData("Auth:Issuer", "https://project.supabase.co/auth/v1", "iss", "https://other.supabase.co/auth/v1")]
    [InlineData("Auth:Audience", "authenticated", "aud", "others")]
    public async Task An_issuer_or_audience_that_is_set_must_be_the_tokens(string setting, string value, string claim, string other)
    {
        await using var strict = await TestApi.Start(("Auth:JwtSecret", TestApi.JwtSecret), (setting, value));
        await strict.Accepts(_token.SignedWith(), _token.User);
        await strict.Refuses(_token.With(claim, other).SignedWith(), HttpStatusCode.Unauthorized, "not valid");
        await strict.Refuses(_token.Without(claim).SignedWith(), HttpStatusCode.Unauthorized, "not valid");
        await _api.Accepts(_token.SignedWith(), _token.User);
    }

    Task Invalid(string token) => _api.Refuses(token, HttpStatusCode.Unauthorized, "not valid");

    Task Forbidden(TestToken token) => _api.Refuses(token.SignedWith(), HttpStatusCode.Forbidden, "role");

    static string Part(string json) => Base64UrlEncoder.Encode(Encoding.UTF8.GetBytes(json));
}
