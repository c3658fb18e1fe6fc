using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace BatchBus.Api.Events;

/// <summary>When a stream has to end, whatever it may have to tell.</summary>
sealed class StreamEnd(IHostApplicationLifetime lifetime, IOptionsMonitor<JwtBearerOptions> bearer, TimeProvider clock)
{
    // Tokens of services are valid for years; no timer is. The reader comes again.
    static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>Cancelled when the token would no longer be let in, when the reader is gone, and when the process is told to stop.</summary>
    public StreamLife Of(HttpContext context)
    {
        var left = Expiry(context) - clock.GetUtcNow() + bearer.Get(JwtBearerDefaults.AuthenticationScheme).TokenValidationParameters.ClockSkew;
        return new StreamLife(left < TimeSpan.Zero ? TimeSpan.Zero : left > Longest ? Longest : left, clock, context.RequestAborted, lifetime.ApplicationStopping);
    }

    // As the handler of tokens has read it: `exp` may have a fraction, or be beyond the end of time. Every token that is let in has one (JwtAccess).
    static DateTimeOffset Expiry(HttpContext context) => context.Features.GetRequiredFeature<IAuthenticateResultFeature>().AuthenticateResult!.Properties!.ExpiresUtc!.Value;
}

/// <summary>The life of one stream.</summary>
sealed class StreamLife : IDisposable
{
    readonly CancellationTokenSource _expiry;
    readonly CancellationTokenSource _any;

    public StreamLife(TimeSpan left, TimeProvider clock, CancellationToken readerGone, CancellationToken stopping)
    {
        _expiry = new CancellationTokenSource(left, clock);
        _any = CancellationTokenSource.CreateLinkedTokenSource(_expiry.Token, readerGone, stopping);
    }

    public CancellationToken Token => _any.Token;

    public bool IsCancellationRequested => _any.IsCancellationRequested;

    public void Dispose()
    {
        _any.Dispose();
        _expiry.Dispose();
    }
}
