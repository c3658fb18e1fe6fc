using Microsoft.Extensions.Primitives;
using Scalar.AspNetCore;

namespace BatchBus.Api.Http;

/// <summary>What browsers must not do with our answers (OWASP's list for REST services). It is on all of them, errors and health included.</summary>
static class SecurityHeaders
{
    // Data, for programs: no page may run, show or frame anything from it.
    const string ForData = "default-src 'none'; frame-ancestors 'none'";

    public static void UseSecurityHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        // At the last moment: the handler of exceptions empties the headers before it answers.
        context.Response.OnStarting(() =>
        {
            Add(context);
            return Task.CompletedTask;
        });
        return next(context);
    });

    static void Add(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.XFrameOptions = "DENY"; // for browsers that do not know frame-ancestors
        // What says otherwise, such as a page with scripts of its own, knows better. Somebody's data must not stay in a cache that others share.
        if (StringValues.IsNullOrEmpty(headers.ContentSecurityPolicy)) headers.ContentSecurityPolicy = Policy(context);
        if (StringValues.IsNullOrEmpty(headers.CacheControl)) headers.CacheControl = "no-store";
        if (context.Request.IsHttps) headers.StrictTransportSecurity = "max-age=31536000";
    }

    static string Policy(HttpContext context) => context.Items[ScalarOptions.NonceHttpContextItemKey] is string nonce ? ForScalar(nonce) : ForData;

    // The page at /scalar: its own scripts, which carry the answer's nonce; styles that they write; requests to this API alone.
    static string ForScalar(string nonce) =>
        $"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        + "connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}
