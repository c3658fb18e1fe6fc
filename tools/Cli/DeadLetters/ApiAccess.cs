using System.CommandLine;
using System.Globalization;
using BatchBus.Cli.Processes;
using BatchBus.Cli.Servers;
using BatchBus.Cli.Stack;

namespace BatchBus.Cli.DeadLetters;

/// <summary>Which Api a command for operators talks to, and as whom: the local stack as its operator, unless told otherwise.</summary>
/// <param name="Api">Its address.</param>
/// <param name="Token">A token with the role <c>service_role</c>.</param>
sealed record ApiAccess(Uri Api, string Token)
{
    static readonly TimeSpan Validity = TimeSpan.FromHours(1);

    public static readonly Option<Uri?> ApiOption = new("--api")
    {
        Description = "The Api's address; by default that of the local stack.",
        HelpName = "url",
        Recursive = true,
        CustomParser = result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https") return uri;
            result.AddError("--api must be an address such as https://batchbus.example.com.");
            return null;
        },
    };

    public static readonly Option<string?> TokenOption = new("--token")
    {
        Description = "A token with the role service_role; by default one that the local stack's secret signs.",
        HelpName = "jwt",
        Recursive = true,
    };

    public static ApiAccess Of(ParseResult parsed)
    {
        var (api, token) = (parsed.GetValue(ApiOption), parsed.GetValue(TokenOption));
        if (api is not null && token is null)
            throw new CliException("--api needs --token: the local stack's secret signs nothing that another Api would believe.");
        return api is not null && token is not null ? new ApiAccess(api, token) : Local(token);
    }

    static ApiAccess Local(string? token)
    {
        var instance = Instance.ForUse(Checkout.Find());
        var api = new RunFile(instance).Find(ServiceNames.Api)
            ?? throw new CliException("The local Api does not run: ./batchbus up starts it. Or name another with --api and --token.");
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{api.Port}/"));
        return new ApiAccess(address, token ?? new LocalToken(LocalSecrets.Of(instance).JwtSecret, TimeProvider.System).For(LocalToken.LocalUser(1), "service_role", Validity));
    }
}
