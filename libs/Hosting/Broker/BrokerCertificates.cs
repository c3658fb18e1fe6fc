using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MassTransit;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace BatchBus.Hosting.Broker;

/// <summary>
/// Encryption of a connection to the broker, the same for the bus and for connections beside it. Left alone, MassTransit takes a certificate of
/// any authority, and the client one of any name.
/// </summary>
sealed class BrokerCertificates
{
    readonly IReadOnlyList<BrokerNode> _nodes;
    readonly X509Certificate2Collection? _authorities;
    readonly X509Certificate2? _own;

    volatile string? _refusal;

    public BrokerCertificates(IOptions<RabbitMqOptions> options)
    {
        _nodes = BrokerNode.All(options.Value)!;
        _authorities = options.Value.CaFile.Length > 0 ? Authorities(options.Value.CaFile) : null;
        _own = options.Value.ClientCertificateFile.Length > 0 ? Own(options.Value) : null;
    }

    /// <summary>Why the broker's certificate was last refused; null when it was not.</summary>
    public string? Refusal => _refusal;

    /// <summary>What is wrong with the files, a sentence each.</summary>
    public static IEnumerable<string> Problems(RabbitMqOptions options)
    {
        string[] files = [options.CaFile, options.ClientCertificateFile, options.ClientKeyFile];
        if (!options.IsEncrypted && files.Any(file => file.Length > 0))
            yield return "RabbitMq__CaFile, RabbitMq__ClientCertificateFile and RabbitMq__ClientKeyFile need an amqps:// address in ConnectionStrings__RabbitMq.";
        if (options.CaFile.Length > 0 && Trouble(() => Authorities(options.CaFile)) is { } ca)
            yield return $"RabbitMq__CaFile must be a PEM file with certificates: {ca}";
        if (options.ClientCertificateFile.Length > 0 != options.ClientKeyFile.Length > 0)
            yield return "RabbitMq__ClientCertificateFile and RabbitMq__ClientKeyFile go together: set both or none.";
        else if (options.ClientCertificateFile.Length > 0 && Trouble(() => Own(options)) is { } own)
            yield return $"RabbitMq__ClientCertificateFile and RabbitMq__ClientKeyFile must be PEM files with a certificate and its key: {own}";
    }

    /// <summary>Encrypts the bus's connection.</summary>
    public void Apply(IRabbitMqSslConfigurator ssl)
    {
        ssl.Protocol = SslProtocols.None; // the system's choice
        ssl.ServerName = _nodes[0].Host;
        ssl.Certificate = _own;
        ssl.CertificateValidationCallback = IsBroker;
    }

    /// <summary>Encryption of a connection beside the bus.</summary>
    public SslOption ForClient() => new(_nodes[0].Host, enabled: true)
    {
        Version = SslProtocols.None, CertificateValidationCallback = IsBroker, Certs = _own is null ? null : [_own],
    };

    /// <summary>Encryption of a request to the broker's management. That may be on another host, behind a certificate of an authority that the system trusts.</summary>
    public SslClientAuthenticationOptions ForHttp() => new()
    {
        ClientCertificates = _own is null ? null : [_own],
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) => errors == SslPolicyErrors.None
            || (errors == SslPolicyErrors.RemoteCertificateChainErrors && _authorities is not null && certificate is X509Certificate2 shown && IsSigned(shown, chain)),
    };

    bool IsBroker(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        _refusal = certificate is not X509Certificate2 shown ? "RabbitMQ shows no certificate."
            : !IsForNode(shown) ? $"RabbitMQ's certificate ({shown.Subject}) is not for {string.Join(", ", _nodes.Select(node => node.Host))}."
            : _authorities is null && errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors)
                ? $"RabbitMQ's certificate ({shown.Subject}) is of no authority that this system trusts; name its authority with RabbitMq__CaFile."
            : _authorities is not null && !IsSigned(shown, chain) ? $"RabbitMQ's certificate ({shown.Subject}) is of no authority in RabbitMq__CaFile, or not valid now."
            : null;
        return _refusal is null;
    }

    /// <summary>Whichever node was reached, all are the same broker.</summary>
    bool IsForNode(X509Certificate2 shown) =>
        _nodes.Any(node => shown.MatchesHostname(node.Host.Trim('[', ']'), allowWildcards: true, allowCommonName: false));

    bool IsSigned(X509Certificate2 shown, X509Chain? sent)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities!);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // an authority of one's own has no list of revoked certificates
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1")); // server authentication, RFC 5280
        // Those between the authority and the broker come with the broker's own.
        if (sent is not null) chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        return chain.Build(shown);
    }

    static X509Certificate2Collection Authorities(string file)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(file);
        return all.Count > 0 ? all : throw new CryptographicException($"there is none in {file}.");
    }

    static X509Certificate2 Own(RabbitMqOptions options) => X509Certificate2.CreateFromPemFile(options.ClientCertificateFile, options.ClientKeyFile);

    static string? Trouble(Action load)
    {
        try
        {
            load();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return e.Message;
        }
    }
}
