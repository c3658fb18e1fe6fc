using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BatchBus.Tests.Servers.Quorum;

/// <summary>An authority made up for the tests, with a certificate for a broker on 127.0.0.1 and one for its clients, as PEM files.</summary>
public sealed class TestCertificates
{
    static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1"), ClientAuthentication = new("1.3.6.1.5.5.7.3.2");

    readonly string _folder;

    public TestCertificates(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
        using var authority = Authority("CN=Authority of a test");
        using var stranger = Authority("CN=Somebody else");
        Write("authority", authority, withKey: false);
        Write("stranger", stranger, withKey: false);
        Issue("broker", authority, ServerAuthentication);
        Issue("client", authority, ClientAuthentication);
    }

    public string CaFile => File("authority.crt");

    /// <summary>An authority that has signed nothing.</summary>
    public string StrangersCaFile => File("stranger.crt");

    public (string Certificate, string Key) Broker => (File("broker.crt"), File("broker.key"));

    public (string Certificate, string Key) Client => (File("client.crt"), File("client.key"));

    static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        return request.CreateSelfSigned(Yesterday, Yesterday.AddDays(3));
    }

    void Issue(string name, X509Certificate2 authority, Oid purpose)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([purpose], false));
        using var issued = request.Create(authority, Yesterday, Yesterday.AddDays(2), RandomNumberGenerator.GetBytes(8));
        using var whole = issued.CopyWithPrivateKey(key);
        Write(name, whole, withKey: true);
    }

    void Write(string name, X509Certificate2 certificate, bool withKey)
    {
        System.IO.File.WriteAllText(File($"{name}.crt"), certificate.ExportCertificatePem());
        if (withKey) System.IO.File.WriteAllText(File($"{name}.key"), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    string File(string name) => Path.Combine(_folder, name);

    static DateTimeOffset Yesterday => TimeProvider.System.GetUtcNow().AddDays(-1);
}
