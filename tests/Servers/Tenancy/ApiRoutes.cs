using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

/// <summary>
/// Runs inside Api before its own code (<c>DOTNET_STARTUP_HOOKS</c>) and has it print its routes once it has started: also those that its description leaves
/// out, which nobody would find from outside.
/// </summary>
static class StartupHook
{
    public static void Initialize() => DiagnosticListener.AllListeners.Subscribe(new BatchBus.Tests.Servers.Tenancy.ApiRoutes());
}

namespace BatchBus.Tests.Servers.Tenancy
{
    /// <summary>The routes of an Api.</summary>
    public sealed partial class ApiRoutes : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
    {
        const string Prefix = "routes: ";
        const string OpenSign = "open ";

        /// <summary>What an Api with the hook has printed: every route as <c>GET /api/jobs/{id}</c>, and whether it asks for no token.</summary>
        public static async Task<IReadOnlyList<(string Route, bool IsOpen)>> Of(Stack.ServiceProcess api)
        {
            string? line = null;
            await Eventually.True(() => Task.FromResult((line = api.Log.SingleOrDefault(l => l.StartsWith(Prefix, StringComparison.Ordinal))) is not null), "Api to print its routes");
            return [.. line![Prefix.Length..].Split(" | ").Select(route => route.StartsWith(OpenSign, StringComparison.Ordinal) ? (route[OpenSign.Length..], true) : (route, false))];
        }

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Microsoft.Extensions.Hosting") value.Subscribe(this);
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value is not { Key: "HostBuilt", Value: IHost host }) return;
            host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(() => Console.WriteLine(
                Prefix + string.Join(" | ", host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().SelectMany(Names))));
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        static IEnumerable<string> Names(RouteEndpoint endpoint)
        {
            var open = endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null ? "" : OpenSign;
            var path = $"/{Constraint().Replace(endpoint.RoutePattern.RawText ?? "", "{$1}").Trim('/')}";
            return (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["ANY"]).Select(method => $"{open}{method} {path}");
        }

        [GeneratedRegex(@"\{(\w+)[^}]*\}", RegexOptions.CultureInvariant)]
        private static partial Regex Constraint();
    }
}
