using System.CommandLine;
using BatchBus.Cli.Display;
using BatchBus.Cli.Servers;
using Spectre.Console;

namespace BatchBus.Cli.Commands;

static class TokenCommand
{
    static readonly Option<Guid> User = new("--user")
    {
        Description = "The user's id (a uuid). By default the local user who also owns the demo's first company.",
        HelpName = "uuid",
        DefaultValueFactory = _ => LocalToken.LocalUser(1),
        CustomParser = result =>
        {
            if (Guid.TryParse(result.Tokens[0].Value, out var id)) return id;
            result.AddError("--user must be a uuid such as 7d3f0c5e-6f6f-4a62-9d3e-0f2a4c1b8e55.");
            return Guid.Empty;
        },
    };

    static readonly Option<string> Role = new Option<string>("--role")
    {
        Description = "The role: authenticated sees only this user's own data, service_role sees all.",
        DefaultValueFactory = _ => LocalToken.Authenticated,
    }.AcceptOnlyFromAmong(LocalToken.Authenticated, LocalToken.ServiceRole);

    static readonly Option<int> Hours = NumberOption.WithDefault("--hours", 24, 1, 8_760, "How many hours the token is valid.");

    public static Command Create(IAnsiConsole console)
    {
        var command = new Command("token", "Prints a bearer token for the Api as Supabase would issue it, "
            + "signed with Auth__JwtSecret or the local stack's secret.")
        {
            User, Role, Hours, Output.JsonOption,
        };
        command.SetAction(parsed =>
        {
            var secret = LocalSecrets.Of(Instance.ForUse(Checkout.Find())).JwtSecret;
            var token = new LocalToken(secret, TimeProvider.System);
            var validity = TimeSpan.FromHours(parsed.GetValue(Hours));
            var text = token.For(parsed.GetValue(User), parsed.GetValue(Role)!, validity);
            var output = Output.Of(parsed, console);
            if (output.IsJson) output.Json(new { token = text, expiresAt = TimeProvider.System.GetUtcNow() + validity });
            else output.Line(text);
            return 0;
        });
        return command;
    }
}
