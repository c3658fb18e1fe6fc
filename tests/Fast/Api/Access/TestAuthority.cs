using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace BatchBus.Tests.Fast.Api.Access;

/// <summary>Serves keys where Supabase does, and nothing else: no OpenID metadata.</summary>
sealed class TestAuthority : IAsyncDisposable
{
    readonly WebApplication _app;
    int _reads;

    TestAuthority(WebApplication app) => _app = app;

    public string Address => $"{_app.Urls.Single()}/auth/v1";

    /// <summary>How often the keys were asked for.</summary>
    public int Reads => _reads;

    public TestKey[] Keys { get; set; } = [];

    /// <summary>The answer in place of the keys.</summary>
    public (HttpStatusCode Status, string Body)? Instead { get; set; }

    public static async Task<TestAuthority> Start(params TestKey[] keys)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var authority = new TestAuthority(builder.Build()) { Keys = keys };
        authority._app.MapGet("/auth/v1/.well-known/jwks.json", authority.Answer);
        await authority._app.StartAsync(TestContext.Current.CancellationToken);
        return authority;
    }

    IResult Answer()
    {
        Interlocked.Increment(ref _reads);
        return Instead is { } other
            ? Results.Text(other.Body, statusCode: (int)other.Status)
            : Results.Text($$"""{"keys":[{{string.Join(',', Keys.Select(key => key.Public))}}]}""", "application/json");
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

/// <summary>A key pair: the private half signs, the public one is published.</summary>
sealed record TestKey(string Kid, string Public, SigningCredentials Credentials, string Pem)
{
    public static TestKey Rs256(string kid)
    {
        var rsa = RSA.Create(2048);
        var parts = rsa.ExportParameters(false);
        return new TestKey(kid,
            $$"""{"kty":"RSA","kid":"{{kid}}","use":"sig","alg":"RS256","n":"{{Base64UrlEncoder.Encode(parts.Modulus)}}","e":"{{Base64UrlEncoder.Encode(parts.Exponent)}}"}""",
            new SigningCredentials(new RsaSecurityKey(rsa) { KeyId = kid }, SecurityAlgorithms.RsaSha256), rsa.ExportSubjectPublicKeyInfoPem());
    }

    public static TestKey Es256(string kid)
    {
        var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = ecdsa.ExportParameters(false).Q;
        return new TestKey(kid,
            $$"""{"kty":"EC","crv":"P-256","kid":"{{kid}}","use":"sig","alg":"ES256","x":"{{Base64UrlEncoder.Encode(point.X)}}","y":"{{Base64UrlEncoder.Encode(point.Y)}}"}""",
            new SigningCredentials(new ECDsaSecurityKey(ecdsa) { KeyId = kid }, SecurityAlgorithms.EcdsaSha256), ecdsa.ExportSubjectPublicKeyInfoPem());
    }
}
