using System.Text.Json;
using System.Text.Json.Serialization;
using BatchBus.Api.Dashboard;
using BatchBus.Api.Http.Description;
using Scalar.AspNetCore;

namespace BatchBus.Api.Http;

/// <summary>What all endpoints share: JSON, problem details (RFC 9457), OpenAPI, a size limit.</summary>
static class HttpApi
{
    // The largest body is a connection with its label and key.
    const int MaxRequestBytes = 64 * 1024;

    public static WebApplicationBuilder AddHttpApi(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
        });
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict; // a number is a number, and the description says so
        });
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.AddProblemDetails(Problems.Customize);
        builder.Services.AddExceptionHandler<RefusalHandler>();
        builder.Services.AddExceptionHandler<OutageHandler>();
        builder.Services.AddApiDescription();
        return builder;
    }

    public static WebApplication UseHttpApi(this WebApplication app)
    {
        app.UseSecurityHeaders();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseDashboard();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimiter();
        // Without what would ask other hosts.
        app.MapOpenApi().AllowAnonymous();
        app.MapScalarApiReference(page => page.WithNonce().DisableDefaultFonts().DisableAgent().DisableMcp().DisableTelemetry().HideDeveloperTools().HideClientButton()).AllowAnonymous();
        return app;
    }
}
