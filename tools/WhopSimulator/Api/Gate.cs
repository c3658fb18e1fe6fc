using BatchBus.WhopSimulator.Companies;
using BatchBus.WhopSimulator.Limits;

namespace BatchBus.WhopSimulator.Api;

/// <summary>What every Whop request passes, whatever it asks for: the log, the latency, the key, the rate limit, the error envelope.</summary>
sealed class Gate(RequestLog log, RateLimiter limiter, SimulatorSettings settings, TimeProvider clock)
{
    const string Scheme = "Bearer ";
    const string KeyPrefix = "sim_";

    public async Task Answer(HttpContext context, string operation, Func<HttpContext, string, Task> answer)
    {
        var key = KeyOf(context.Request);
        var entry = log.Arrived(key ?? "(none)", operation);
        try
        {
            await Latency(context.RequestAborted);
            if (key is null || !key.StartsWith($"{KeyPrefix}biz_", StringComparison.Ordinal)) throw new WhopErrorException(WhopError.Unauthorized);
            limiter.Admit(key, operation);
            await answer(context, key);
        }
        catch (WhopErrorException e)
        {
            await e.Error.WriteTo(context.Response);
        }
        finally
        {
            entry.Answered(context.Response.HasStarted ? context.Response.StatusCode : RequestLog.NoStatus);
        }
    }

    /// <exception cref="WhopErrorException">404 when there is no such company, 403 when the key is another's.</exception>
    public static Company Open(CompanyDirectory companies, string companyId, string key)
    {
        var company = companies.Find(companyId) ?? throw new WhopErrorException(WhopError.NotFound);
        return OwnsKey(company, key) ? company : throw new WhopErrorException(WhopError.Forbidden);
    }

    // A company has as many keys as it likes: sim_<company>, and sim_<company>.<anything>.
    static bool OwnsKey(Company company, string key) =>
        key.StartsWith(KeyPrefix + company.Id, StringComparison.Ordinal) && key[(KeyPrefix.Length + company.Id.Length)..] is "" or ['.', ..];

    static string? KeyOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..] : null;
    }

    Task Latency(CancellationToken clientGone) => settings.LatencyMs is > 0 and var milliseconds
        ? Task.Delay(TimeSpan.FromMilliseconds(milliseconds), clock, clientGone)
        : Task.CompletedTask;
}
