using BatchBus.Cli.Processes;
using BatchBus.Cli.Servers;

namespace BatchBus.Cli.Stack;

/// <summary>Where the parts of a running stack are.</summary>
sealed record StackAddresses(
    Uri Api, Uri Simulator, ServerAddresses Servers, LocalSecrets Secrets, int RequestsPerMinute, IReadOnlyList<RunningProcess> Services)
{
    // A working day, for the address may stay in a terminal's history.
    static readonly TimeSpan TokenLasts = TimeSpan.FromHours(12);

    /// <summary>
    /// The dashboard, with a token of the local user with the operator's role. The token stands behind the #, which browsers send to nobody, and
    /// the page takes it out of the address at once. A secret that was given may be that of a real project: for that no token is printed.
    /// </summary>
    public string Dashboard => Given.Value("Auth__JwtSecret") is null
        ? $"{Api}#access_token={new LocalToken(Secrets.JwtSecret, TimeProvider.System).For(LocalToken.LocalUser(1), "service_role", TokenLasts)}"
        : $"{Api}  (sign in with a token)";

    /// <summary>The lines that say so to a person.</summary>
    public IEnumerable<string> Lines() =>
    [
        $"Api                  {Api}  (requests: {new Uri(Api, "scalar")})",
        $"Whop simulator       {Simulator}",
        $"RabbitMQ management  {Servers.RabbitMqManagement}",
        $"Workers              {string.Join(", ", Services.Select(s => s.Name).Where(ServiceNames.IsWorker))}",
    ];
}
