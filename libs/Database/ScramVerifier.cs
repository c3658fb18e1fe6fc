using System.Security.Cryptography;
using System.Text;

namespace BatchBus.Database;

/// <summary>
/// What PostgreSQL stores of a password (RFC 5803, with SHA-256 as in RFC 7677). Made here, the password itself is in no statement, and so neither in the server's log
/// nor in <c>pg_stat_activity</c>.
/// </summary>
static class ScramVerifier
{
    // PostgreSQL's own: https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-SCRAM-ITERATIONS
    const int Iterations = 4096, SaltBytes = 16;

    /// <summary>A new one, with a salt of its own.</summary>
    public static string Of(string password) => Of(password, RandomNumberGenerator.GetBytes(SaltBytes));

    internal static string Of(string password, byte[] salt)
    {
        // As Npgsql and libpq send it: SASLprep (RFC 4013) is this for whatever it allows.
        var salted = Rfc2898DeriveBytes.Pbkdf2(password.Normalize(NormalizationForm.FormKC), salt, Iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        var storedKey = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var serverKey = HMACSHA256.HashData(salted, "Server Key"u8);
        return $"SCRAM-SHA-256${Iterations}:{Convert.ToBase64String(salt)}${Convert.ToBase64String(storedKey)}:{Convert.ToBase64String(serverKey)}";
    }
}
