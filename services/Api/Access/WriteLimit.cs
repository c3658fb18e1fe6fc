using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace BatchBus.Api.Access;

/// <summary>
/// A limit for each user on requests that change something: a runaway app must not fill the queue for everybody. Who has no valid token never gets
/// here; such a request costs no more than the check of a signature. <c>service_role</c> is the operator's own server and has no limit.
/// </summary>
static class WriteLimit
{
    public static WebApplicationBuilder AddWriteLimit(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<RateLimitOptions>().BindConfiguration(RateLimitOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddRateLimiter(_ => { });
        builder.Services.AddOptions<RateLimiterOptions>().Configure<IOptions<RateLimitOptions>>((limiter, options) =>
        {
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, Guid>(context => Partition(context, options.Value));
            limiter.OnRejected = (rejected, _) => Refuse(rejected, options.Value);
        });
        return builder;
    }

    static RateLimitPartition<Guid> Partition(HttpContext context, RateLimitOptions options)
    {
        if (IsRead(context.Request.Method) || !Caller.TryRead(context.User, out var caller) || caller.Role == Caller.ServiceRole)
            return RateLimitPartition.GetNoLimiter(Guid.Empty);
        return RateLimitPartition.GetTokenBucketLimiter(caller.UserId, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = options.Burst,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromMinutes(1) / options.WritesPerMinute,
        });
    }

    static bool IsRead(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    static async ValueTask Refuse(OnRejectedContext rejected, RateLimitOptions options)
    {
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var time) ? Math.Ceiling(time.TotalSeconds) : 1;
        var seconds = Math.Max(1, wait).ToString(CultureInfo.InvariantCulture);
        rejected.HttpContext.Response.Headers.RetryAfter = seconds;
        await TypedResults.Problem(
            $"You may change something {options.WritesPerMinute} times a minute, and {options.Burst} times at once. Send the request again in {seconds} s.",
            statusCode: StatusCodes.Status429TooManyRequests, title: "Too many requests").ExecuteAsync(rejected.HttpContext);
    }
}
