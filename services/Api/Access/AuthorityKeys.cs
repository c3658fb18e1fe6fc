using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace BatchBus.Api.Access;

/// <summary>
/// The public keys that the authority publishes (JWKS, RFC 7517). They are read when a token comes: the first one, one that names a key that is not
/// known (the keys were rotated), or one after <see cref="Fresh"/>.
/// </summary>
sealed class AuthorityKeys(IHttpClientFactory http, IOptions<AuthOptions> auth, TimeProvider clock, ILogger<AuthorityKeys> log) : IDisposable
{
    /// <summary>The name of its <see cref="HttpClient"/>.</summary>
    public const string HttpClientName = "authority";

    /// <summary>So long a withdrawn key may still be accepted. Supabase's own servers keep the keys for as long.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    /// <summary>So long the last keys are used when the authority does not answer: its outage must not become ours at once.</summary>
    public static readonly TimeSpan Usable = TimeSpan.FromHours(24);

    /// <summary>Tokens with made-up key ids must not make us flood the authority.</summary>
    public static readonly TimeSpan BetweenReads = TimeSpan.FromSeconds(10);

    readonly SemaphoreSlim _oneReader = new(1, 1);
    volatile Published _published = new([], null);
    long? _lastRead; // only the reader's

    sealed record Published(IReadOnlyList<JsonWebKey> Keys, long? At);

    /// <summary>Makes sure that the keys are as fresh as they can be.</summary>
    /// <param name="kid">The key that a token names, if any.</param>
    /// <param name="cancellationToken">Stops waiting, but not a reading that others wait for.</param>
    /// <returns>Whether there are keys; false when the authority has not answered for too long.</returns>
    public async Task<bool> Refresh(string? kid, CancellationToken cancellationToken)
    {
        if (Suffice(kid)) return true;
        // Whoever has a key to check with does not wait while another request reads.
        if (await _oneReader.WaitAsync(Have(kid) ? TimeSpan.Zero : Timeout.InfiniteTimeSpan, cancellationToken))
        {
            try
            {
                if (!Suffice(kid) && !Younger(_lastRead, BetweenReads)) await Read();
            }
            finally
            {
                _oneReader.Release();
            }
        }
        return Younger(_published.At, Usable);
    }

    /// <summary>The keys to check a token with: the one that it names, or all when it names none.</summary>
    public IEnumerable<SecurityKey> For(string? kid) =>
        string.IsNullOrEmpty(kid) ? _published.Keys : _published.Keys.Where(key => key.Kid == kid);

    public void Dispose() => _oneReader.Dispose();

    bool Suffice(string? kid) => Younger(_published.At, Fresh) && Knows(kid);

    bool Have(string? kid) => Younger(_published.At, Usable) && Knows(kid);

    bool Knows(string? kid) => string.IsNullOrEmpty(kid) || _published.Keys.Any(key => key.Kid == kid);

    bool Younger(long? timestamp, TimeSpan age) => timestamp is { } at && clock.GetElapsedTime(at) < age;

    async Task Read()
    {
        _lastRead = clock.GetTimestamp();
        var address = auth.Value.JwksAddress;
        try
        {
            // Not the request's cancellation: a caller who hangs up must not stop what others wait for. The client has a time limit.
            using var client = http.CreateClient(HttpClientName);
            var keys = Usables(await client.GetStringAsync(address, CancellationToken.None));
            if (keys.Length > 0) _published = new Published(keys, clock.GetTimestamp());
            else Complain(address, "it publishes no RS256 or ES256 key; a project that signs with a JWT secret needs Auth__JwtSecret instead");
        }
        // No answer, an error, a time-out, or something that is no key set.
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or ArgumentException)
        {
            Complain(address, e.Message);
        }
    }

    void Complain(Uri address, string reason) => log.LogWarning("Cannot read the keys for tokens at {Address}: {Reason}. {Consequence}", address, reason,
        Younger(_published.At, Usable) ? "Going on with those read before." : "Every request with a token is answered with 503 until they can be read.");

    // A symmetric key that is published is no secret, and must never verify anything.
    static JsonWebKey[] Usables(string json) =>
        [.. new JsonWebKeySet(json).Keys.Where(key => key.Use is null or "" or "sig" && (key.Kty == "RSA" || (key.Kty == "EC" && key.Crv == "P-256")))];
}
