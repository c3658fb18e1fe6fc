using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;

namespace BatchBus.Tests.Fast.Api.Access;

/// <summary>Tokens signed with keys that an authority publishes (RS256, ES256), over HTTP on both sides.</summary>
public sealed class AuthorityTokenTests : IAsyncLifetime
{
    static readonly TestKey Rsa = TestKey.Rs256("rsa"), Ec = TestKey.Es256("ec");

    readonly TestToken _token = new();
    readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    TestAuthority _authority = null!;
    TestApi _api = null!;

    public async ValueTask InitializeAsync()
    {
        _authority = await TestAuthority.Start(Rsa, Ec);
        _api = await TestApi.Start(_clock, ("Auth:Authority", _authority.Address));
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        await _authority.DisposeAsync();
    }

    [Fact]
    public async Task RS256_and_ES256_are_accepted_and_the_keys_are_read_once()
    {
        for (var i = 0; i < 3; i++)
        {
            await _api.Accepts(_token.SignedWith(Rsa.Credentials), _token.User);
            await _api.Accepts(_token.SignedWith(Ec.Credentials), _token.User);
        }
        Assert.Equal(1, _authority.Reads);
    }

    [Fact]
    public async Task A_token_that_names_no_key_is_checked_with_all() =>
        await _api.Accepts(_token.SignedWith(new SigningCredentials(new ECDsaSecurityKey(((ECDsaSecurityKey)Ec.Credentials.Key).ECDsa), "ES256")), _token.User);

    [Fact]
    public async Task A_token_signed_with_the_public_key_as_a_secret_is_refused()
    {
        foreach (var secret in (string[])[Rsa.Pem, Rsa.Public])
        {
            var key = new SymmetricSecurityKey(System.Text.Encoding.UTF8.GetBytes(secret)) { KeyId = Rsa.Kid };
            await Invalid(_token.SignedWith(new SigningCredentials(key, SecurityAlgorithms.HmacSha256)));
        }
    }

    [Fact]
    public async Task A_symmetric_key_that_is_published_verifies_nothing()
    {
        var secret = Base64UrlEncoder.Encode(TestApi.JwtSecret);
        _authority.Keys = [Rsa, Rsa with { Kid = "oct", Public = $$"""{"kty":"oct","kid":"oct","alg":"HS256","k":"{{secret}}"}""" }];
        var key = new SymmetricSecurityKey(System.Text.Encoding.UTF8.GetBytes(TestApi.JwtSecret)) { KeyId = "oct" };
        await Invalid(_token.SignedWith(new SigningCredentials(key, SecurityAlgorithms.HmacSha256)));
    }

    [Fact]
    public async Task A_key_of_the_same_name_that_is_not_the_authoritys_is_refused() => await Invalid(_token.SignedWith(TestKey.Rs256(Rsa.Kid).Credentials));

    [Fact]
    public async Task One_key_under_the_name_of_the_other_is_refused() =>
        await Invalid(_token.SignedWith(new SigningCredentials(new RsaSecurityKey(((RsaSecurityKey)Rsa.Credentials.Key).Rsa) { KeyId = Ec.Kid }, "RS256")));

    [Fact]
    public async Task What_is_no_token_does_not_trouble_the_authority()
    {
        await Invalid("nonsense");
        await Invalid("a.b.c");
        Assert.Equal(0, _authority.Reads);
    }

    [Fact]
    public async Task A_new_key_is_known_with_the_first_token_that_it_signed()
    {
        await _api.Accepts(_token.SignedWith(Rsa.Credentials), _token.User);
        var rotated = TestKey.Es256("rotated");
        _authority.Keys = [Ec, rotated];
        _clock.Advance(TimeSpan.FromMinutes(1));
        await _api.Accepts(_token.SignedWith(rotated.Credentials), _token.User);
        await Invalid(_token.SignedWith(Rsa.Credentials));
    }

    [Fact]
    public async Task A_withdrawn_key_is_forgotten_after_ten_minutes()
    {
        await _api.Accepts(_token.SignedWith(Rsa.Credentials), _token.User);
        _authority.Keys = [Ec];
        await _api.Accepts(_token.SignedWith(Rsa.Credentials), _token.User);
        _clock.Advance(TimeSpan.FromMinutes(11));
        await Invalid(_token.SignedWith(Rsa.Credentials));
    }

    [Fact]
    public async Task Tokens_with_made_up_keys_cause_one_reading_in_ten_seconds()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Invalid(_token.SignedWith(TestKey.Es256($"made-up-{i}").Credentials))));
        Assert.Equal(1, _authority.Reads);
        _clock.Advance(TimeSpan.FromSeconds(11));
        await Invalid(_token.SignedWith(TestKey.Es256("made-up").Credentials));
        await Invalid(_token.SignedWith(TestKey.Es256("made-up too").Credentials));
        Assert.Equal(2, _authority.Reads);
    }

    [Fact]
    public async Task An_authority_that_goes_away_is_missed_only_after_a_day()
    {
        await _api.Accepts(_token.SignedWith(Rsa.Credentials), _token.User);
        await _authority.DisposeAsync();
        _clock.Advance(TimeSpan.FromHours(23));
        await _api.Accepts(_token.SignedWith(Rsa.Credentials), _token.User);
        Assert.Contains(_api.Log.GetSnapshot(), line => line.Level == LogLevel.Warning && line.Message.Contains("Going on with those read before", StringComparison.Ordinal));
        _clock.Advance(TimeSpan.FromHours(2));
        await Unavailable();
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError, "", "500")]
    [InlineData(HttpStatusCode.NotFound, "", "404")]
    [InlineData(HttpStatusCode.OK, "<html>", "keys")]
    [InlineData(HttpStatusCode.OK, """{"keys":[]}""", "Auth__JwtSecret")]
    public async Task Without_keys_the_answer_is_503_and_the_log_says_why(HttpStatusCode status, string body, string logged)
    {
        _authority.Instead = (status, body);
        await Unavailable();
        Assert.Contains(_api.Log.GetSnapshot(), line => line.Level == LogLevel.Warning
            && line.Message.Contains($"{_authority.Address}/.well-known/jwks.json", StringComparison.Ordinal) && line.Message.Contains(logged, StringComparison.Ordinal));

        using var open = await _api.Send(HttpMethod.Get, "/open", _token.SignedWith(Rsa.Credentials));
        Assert.Equal(HttpStatusCode.OK, open.StatusCode);

        _authority.Instead = null;
        _clock.Advance(TimeSpan.FromSeconds(11));
        await _api.Accepts(_token.SignedWith(Rsa.Credentials), _token.User);
    }

    async Task Unavailable()
    {
        using var answer = await _api.Who(_token.SignedWith(Rsa.Credentials));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(10), answer.Headers.RetryAfter?.Delta);
        Assert.Contains("Send the request again", await TestApi.Body(answer), StringComparison.Ordinal);
    }

    Task Invalid(string token) => _api.Refuses(token, HttpStatusCode.Unauthorized, "not valid");
}
