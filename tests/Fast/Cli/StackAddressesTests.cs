using BatchBus.Cli;
using BatchBus.Cli.Servers;
using BatchBus.Cli.Stack;
using Microsoft.IdentityModel.JsonWebTokens;

namespace BatchBus.Tests.Fast.Cli;

public sealed class StackAddressesTests
{
    [Fact]
    public void The_dashboards_address_is_signed_in_as_the_local_operator_for_a_working_day()
    {
        var secrets = new LocalSecrets("", "a secret of more than 32 characters, as HS256 wants it", "", "", "");
        var addresses = new StackAddresses(new Uri("http://127.0.0.1:1/"), new Uri("http://127.0.0.1:2/"), new ServerAddresses("", true, "", ""), secrets, 600, []);

        var parts = addresses.Dashboard.Split("#access_token=");
        var token = new JsonWebTokenHandler().ReadJsonWebToken(parts[1]);

        Assert.Equal(("http://127.0.0.1:1/", "service_role", LocalToken.LocalUser(1).ToString()), (parts[0], token.GetClaim("role").Value, token.Subject));
        Assert.Equal(TimeSpan.FromHours(12), token.ValidTo - token.ValidFrom);
    }
}
