using System.Security.Cryptography;
using System.Text;
using BatchBus.Database;

namespace BatchBus.Tests.Fast.Database;

public sealed class ScramVerifierTests
{
    // The exchange in RFC 7677, section 3.
    const string Salt = "W22ZaJ0SNY7soEsUEjb6gQ==";
    const string Exchange = "n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
        + "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";

    [Fact]
    public void With_it_a_server_knows_the_client_and_shows_itself()
    {
        var parts = ScramVerifier.Of("pencil", Convert.FromBase64String(Salt)).Split('$', ':');
        Assert.Equal(["SCRAM-SHA-256", "4096", Salt], parts[..3]);
        var (storedKey, serverKey) = (Convert.FromBase64String(parts[3]), Convert.FromBase64String(parts[4]));
        Assert.Equal("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", Convert.ToBase64String(HMACSHA256.HashData(serverKey, Encoding.UTF8.GetBytes(Exchange))));
        var proof = Convert.FromBase64String("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
        var signature = HMACSHA256.HashData(storedKey, Encoding.UTF8.GetBytes(Exchange));
        Assert.Equal(storedKey, SHA256.HashData([.. proof.Zip(signature, (a, b) => (byte)(a ^ b))]));
    }

    [Fact]
    public void Each_has_a_salt_of_its_own() => Assert.NotEqual(ScramVerifier.Of("pencil"), ScramVerifier.Of("pencil"));
}
