using System.Security.Cryptography;

namespace BatchBus.Cli.Servers;

/// <summary>
/// The secrets of an instance (<c>secrets.json</c>, readable for its owner only): random, made once.
/// A setting of the same meaning in the environment comes first.
/// </summary>
sealed record LocalSecrets(string MasterKey, string JwtSecret, string PostgresPassword, string ApiPassword, string IngestPassword)
{
    public const string FileName = "secrets.json";

    public static LocalSecrets Of(Instance instance)
    {
        var path = instance.FileNamed(FileName);
        var stored = JsonFile.Read<LocalSecrets>(path);
        if (stored is null) JsonFile.Write(path, stored = Create());
        return stored with
        {
            MasterKey = Given.Value("Secrets__MasterKey") ?? stored.MasterKey,
            JwtSecret = Given.Value("Auth__JwtSecret") ?? stored.JwtSecret,
            ApiPassword = Given.Value("Database__ApiPassword") ?? stored.ApiPassword,
            IngestPassword = Given.Value("Database__IngestPassword") ?? stored.IngestPassword,
        };
    }

    static LocalSecrets Create() =>
        new(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)), Random(), Random(), Random(), Random());

    static string Random() => RandomNumberGenerator.GetHexString(40, lowercase: true);
}
