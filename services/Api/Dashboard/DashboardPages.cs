using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace BatchBus.Api.Dashboard;

/// <summary>What the pages need to know before anybody has signed in. It is the same for everybody.</summary>
/// <param name="TraceUrl">Where a trace is shown, with <c>{traceId}</c> in it; null when there is no such place.</param>
sealed record DashboardSettings(string? TraceUrl);

/// <summary>
/// The dashboard: files from <c>wwwroot</c>, which ask for no token because they show nothing of anybody. What they show they read from the same
/// API as every app, with the token of whoever is signed in.
/// </summary>
static class DashboardPages
{
    // Scripts, styles and pictures of its own, requests to this API alone; nothing inline. Trusted types: text never becomes HTML or script.
    const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'; require-trusted-types-for 'script'";

    public static WebApplicationBuilder AddDashboard(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<DashboardOptions>().BindConfiguration(DashboardOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        return builder;
    }

    /// <summary>Serves the files, before anything asks for a token.</summary>
    public static void UseDashboard(this WebApplication app)
    {
        // Beside the program, whatever folder it was started in.
        var files = new PhysicalFileProvider(Path.Combine(AppContext.BaseDirectory, "wwwroot"));
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        app.UseStaticFiles(new StaticFileOptions { FileProvider = files, OnPrepareResponse = file => Prepare(file.Context.Response.Headers) });
    }

    public static void MapDashboard(this WebApplication app) =>
        app.MapGet("/dashboard/settings.json", (IOptions<DashboardOptions> options) => TypedResults.Ok(new DashboardSettings(options.Value.TraceUrl)))
            .AllowAnonymous().ExcludeFromDescription();

    static void Prepare(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        // Browsers keep the files and ask each time whether they have changed (ETag): a new version is there at once, and costs its own bytes only.
        headers.CacheControl = CacheControlHeaderValue.NoCacheString;
    }
}
