using System.CommandLine;
using System.Globalization;
using BatchBus.Cli.Processes;
using BatchBus.Cli.Servers;
using BatchBus.Cli.Stack;

namespace BatchBus.Cli.Client;

/// <summary>Which Api a command talks to, and as whom: the local one as its operator, unless told otherwise.</summary>
/// <param name="Api">Its address.</param>
/// <param name="Token">Gives a token; asked anew for each request, for a command may run longer than a token is valid.</param>
sealed record ApiAccess(Uri Api, Func<string> Token)
{
    public const string ApiVariable = "BATCHBUS_API", TokenVariable = "BATCHBUS_TOKEN";

    static readonly TimeSpan Validity = TimeSpan.FromHours(1);

    public static readonly Option<Uri?> ApiOption = new("--api")
    {
        Description = $"The Api's address; by default {ApiVariable}, or else that of the local stack.",
        HelpName = "url",
        Recursive = true,
        CustomParser = result =>
        {
            if (Address(result.Tokens[0].Value) is { } uri) return uri;
            result.AddError("--api must be an address such as https://batchbus.example.com.");
            return null;
        },
    };

    // No option takes the token itself: every user of the machine can read the command lines of the others.
    public static readonly Option<string?> TokenFileOption = new("--token-file")
    {
        Description = $"A file that holds the token; by default {TokenVariable}, or else a token that the local stack's secret signs.",
        HelpName = "path",
        Recursive = true,
    };

    /// <summary>True when the command is about the stack of this checkout.</summary>
    public static bool IsLocal(ParseResult parsed) => Named(parsed) is null;

    public static ApiAccess Of(ParseResult parsed)
    {
        var token = GivenToken(parsed);
        if (Named(parsed) is not { } api) return Local(token);
        return token is not null ? new ApiAccess(api, token) : throw new CliException(
            $"An Api that is named needs a token of its own, in {TokenVariable} or --token-file: the local stack's secret signs nothing that another Api would believe.");
    }

    static Uri? Named(ParseResult parsed)
    {
        if (parsed.GetValue(ApiOption) is { } option) return option;
        return Given.Value(ApiVariable) is not { } variable ? null
            : Address(variable) ?? throw new CliException($"{ApiVariable} must be an address such as https://batchbus.example.com.");
    }

    static Func<string>? GivenToken(ParseResult parsed)
    {
        if (parsed.GetValue(TokenFileOption) is { } path) return () => Checked(ReadFile(path), path);
        return Given.Value(TokenVariable) is { } token ? () => Checked(token, TokenVariable) : null;
    }

    static ApiAccess Local(Func<string>? token)
    {
        var instance = Instance.ForUse(Checkout.Find());
        var api = new RunFile(instance).Find(ServiceNames.Api)
            ?? throw new ApiException($"The local Api does not run: ./batchbus up starts it. Or name another with --api or {ApiVariable}.", null);
        var secret = LocalSecrets.Of(instance).JwtSecret;
        return new ApiAccess(
            new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{api.Port}/")),
            token ?? (() => new LocalToken(secret, TimeProvider.System).For(LocalToken.LocalUser(1), LocalToken.ServiceRole, Validity)));
    }

    static Uri? Address(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri : null;

    static string ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"--token-file cannot be read: {e.Message}");
        }
    }

    static string Checked(string token, string source) => token.Trim() is { Length: > 0 } trimmed && !trimmed.Any(c => c is <= ' ' or > '~')
        ? trimmed : throw new CliException($"{source} must hold the token alone, on one line.");
}
