using BatchBus.Cli;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace BatchBus.Tests.Fast.Deploy;

/// <summary>The files under <c>deploy/</c>, read as YAML, with a way to ask for what is deep inside.</summary>
static class DeployFiles
{
    public static readonly string Root = Checkout.Find().Root;

    public static string PathOf(params string[] parts) => Path.Combine([Root, "deploy", .. parts]);

    public static string Read(params string[] parts) => File.ReadAllText(PathOf(parts));

    /// <summary>The documents of a file, with its anchors merged in.</summary>
    public static IReadOnlyList<Yaml> Documents(params string[] parts)
    {
        var parser = new MergingParser(new Parser(new StringReader(Read(parts))));
        var deserializer = new DeserializerBuilder().Build();
        var documents = new List<Yaml>();
        parser.Consume<YamlDotNet.Core.Events.StreamStart>();
        while (parser.Accept<YamlDotNet.Core.Events.DocumentStart>(out _)) documents.Add(new Yaml(deserializer.Deserialize<object>(parser)));
        return documents;
    }

    /// <summary>The variables of an env file.</summary>
    public static IReadOnlyDictionary<string, string> Variables(string name) => Read(name).Split('\n')
        .Where(line => line.Contains('=', StringComparison.Ordinal) && !line.StartsWith('#'))
        .Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
}

/// <summary>A place in a YAML file; places that are not there are empty.</summary>
sealed record Yaml(object? Node)
{
    public Yaml this[string key] => new(Node is IDictionary<object, object> map && map.TryGetValue(key, out var value) ? value : null);

    public bool IsThere => Node is not null;

    public string Text => Node as string ?? throw new InvalidOperationException($"There is no text here: {Node}");

    public IEnumerable<Yaml> Items => Node is IList<object> list ? list.Select(item => new Yaml(item)) : [];

    public IEnumerable<(string Key, Yaml Value)> Entries =>
        Node is IDictionary<object, object> map ? map.Select(pair => ((string)pair.Key, new Yaml(pair.Value))) : [];

    /// <summary>Every text below this place.</summary>
    public IEnumerable<string> Texts() => Node is string text ? [text] : Items.Concat(Entries.Select(entry => entry.Value)).SelectMany(place => place.Texts());
}
