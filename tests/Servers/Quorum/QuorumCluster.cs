using System.Net.Sockets;
using System.Text.Json.Nodes;
using BatchBus.Cli;
using BatchBus.Cli.Processes;
using BatchBus.Cli.Servers;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Quorum;

/// <summary>A RabbitMQ of three nodes on this machine, each of which a test may kill. It also takes encrypted connections of clients that show a certificate.</summary>
public sealed class QuorumCluster : IAsyncLifetime
{
    public const string Collection = "tests on a cluster";

    const int Size = 3;

    readonly Instance _instance = Instance.At(Path.Combine(Checkout.Find().Root, ".batchbus", "quorum"));
    readonly Uri[] _amqp = new Uri[Size], _management = new Uri[Size];
    readonly int[] _encryptedPorts = new int[Size], _encryptedManagementPorts = new int[Size];
    readonly PrivateRabbitMq[] _servers = new PrivateRabbitMq[Size];

    RunFile _runFile = null!;
    IDisposable? _lock;

    internal RabbitMqNode[] Nodes { get; } = new RabbitMqNode[Size];

    public TestCertificates Certificates { get; private set; } = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _lock = await _instance.Lock(Cancellation);
        _runFile = new RunFile(_instance);
        await Clear();
        Certificates = new TestCertificates(_instance.FileNamed("certificates"));
        var ports = new Ports(_instance);
        for (var i = 0; i < Size; i++)
        {
            (_encryptedPorts[i], _encryptedManagementPorts[i]) = (ports.Take($"encrypted-{i + 1}"), ports.Take($"encrypted-management-{i + 1}"));
            Nodes[i] = new RabbitMqNode(i + 1, [.. Encryption("ssl_options"), $"listeners.ssl.1 = 127.0.0.1:{_encryptedPorts[i]}",
                .. Encryption("management.ssl"), "management.ssl.ip = 127.0.0.1", $"management.ssl.port = {_encryptedManagementPorts[i]}"]);
            _servers[i] = new PrivateRabbitMq(_instance, _runFile, ports, Nodes[i]);
        }
        await Begin(Nodes[0]); // the others join it
        await Task.WhenAll(Nodes[1..].Select(Begin));
        using var management = Management();
        var nodes = JsonNode.Parse(await management.GetStringAsync(new Uri("api/nodes", UriKind.Relative), Cancellation))!.AsArray();
        Assert.Equal(Size, nodes.Count);
    }

    public async ValueTask DisposeAsync()
    {
        if (_lock is null) return;
        await Clear();
        _lock.Dispose();
    }

    /// <summary>A stack whose services know all nodes.</summary>
    public async Task<RunningStack> Start(int fetchers = 1, int ingests = 1, TcpProxy? wayToPostgres = null, params (string Key, string Value)[] settings) =>
        await RunningStack.StartOn(await VirtualHost(), fetchers, ingests, wayToPostgres,
            [("RabbitMq__QueueType", "quorum"), ("RabbitMq__Hosts", string.Join(',', _amqp[1..].Select(node => node.Authority.Split('@')[^1]))), .. settings]);

    public Task<TestVirtualHost> VirtualHost() => TestVirtualHost.Create(_amqp[0], Management());

    /// <summary>The encrypted way to a virtual host, through whichever node.</summary>
    public (string Uri, string Hosts) Encrypted(TestVirtualHost host) =>
        (new UriBuilder(host.Uri) { Scheme = "amqps", Port = _encryptedPorts[0] }.ToString(), string.Join(',', _encryptedPorts[1..].Select(port => $"127.0.0.1:{port}")));

    /// <summary>The management of the first node, encrypted.</summary>
    public Uri EncryptedManagement => new UriBuilder("https", "127.0.0.1", _encryptedManagementPorts[0]).Uri;

    /// <summary>The node that decides about a queue.</summary>
    internal async Task<RabbitMqNode> LeaderOf(TestVirtualHost host, string queue)
    {
        var state = JsonNode.Parse(await host.Management.GetStringAsync(new Uri($"api/queues/{host.Name}/{queue}", UriKind.Relative), Cancellation))!;
        return Nodes.Single(node => node.NodeName(_instance) == state["leader"]!.GetValue<string>());
    }

    internal async Task Kill(RabbitMqNode node)
    {
        Signals.Send(_runFile.Find(node.ProcessName)!, StopSignal.Kill);
        await Eventually.True(() => Task.FromResult(_runFile.Find(node.ProcessName) is null), $"{node.ProcessName} to be gone");
    }

    internal async Task Begin(RabbitMqNode node)
    {
        var (amqp, management) = await _servers[node.Number - 1].Start(Cancellation);
        (_amqp[node.Number - 1], _management[node.Number - 1]) = (new Uri(amqp), new Uri(management));
        // It answers a moment before its start is complete, and a virtual host that is made in between never runs on it.
        await _servers[node.Number - 1].Control(Cancellation, "await_startup");
    }

    /// <summary>Runs <c>rabbitmqctl</c> on the first node.</summary>
    internal Task Control(params string[] words) => _servers[0].Control(Cancellation, words);

    /// <summary>The management API of whichever node answers.</summary>
    public HttpClient Management() => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellation) =>
        {
            foreach (var node in _management)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    await socket.ConnectAsync(node.Host, node.Port, cancellation);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch (SocketException)
                {
                    socket.Dispose(); // killed by a test; the next one answers
                }
            }
            throw new HttpRequestException("No node answers.");
        },
    })
    {
        BaseAddress = _management[0],
        DefaultRequestHeaders = { Authorization = new("Basic", Convert.ToBase64String("guest:guest"u8)) },
    };

    string[] Encryption(string of) =>
    [
        $"{of}.cacertfile = {Certificates.CaFile}", $"{of}.certfile = {Certificates.Broker.Certificate}", $"{of}.keyfile = {Certificates.Broker.Key}",
        $"{of}.verify = verify_peer", $"{of}.fail_if_no_peer_cert = true",
    ];

    /// <summary>Stops what this or a broken-off run has started, and deletes the data; the logs stay.</summary>
    async Task Clear()
    {
        await new BatchBus.Cli.Stack.Shutdown(_instance, _runFile).Stop(_ => true);
        foreach (var folder in Enumerable.Range(1, Size).Select(number => _instance.FileNamed(new RabbitMqNode(number, []).ProcessName)))
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }
}

[CollectionDefinition(QuorumCluster.Collection)]
public sealed class QuorumClusterCollection : ICollectionFixture<QuorumCluster>;
