using System.Globalization;
using System.Text;
using BatchBus.Tests.Servers.Connections;

namespace BatchBus.Tests.Servers.Tracing;

/// <summary>A span as a collector sees it.</summary>
public sealed record OtlpSpan(
    string Service, string Source, string TraceId, string Id, string ParentId, string Name, SpanKind Kind, IReadOnlyDictionary<string, string> Tags,
    IReadOnlyList<string> Events, IReadOnlyList<(string TraceId, string SpanId)> Links);

public enum SpanKind
{
    Unspecified, Internal, Server, Client, Producer, Consumer,
}

/// <summary>A log line as a collector sees it.</summary>
public sealed record OtlpLog(string Service, string Text, string TraceId, IReadOnlyDictionary<string, string> Tags);

/// <summary>Reads what a collector received, by https://github.com/open-telemetry/opentelemetry-proto.</summary>
public static class Otlp
{
    public static IReadOnlyList<OtlpSpan> Spans(this OtlpListener collector) =>
    [
        .. from resource in Resources(collector, "traces")
           let service = Tags(resource.One(1).All(1))["service.name"]
           from scope in resource.All(2)
           let source = scope.One(1).One(1).Text
           from span in scope.All(2)
           select new OtlpSpan(service, source, span.One(1).Hex, span.One(2).Hex, span.One(4).Hex, span.One(5).Text, (SpanKind)span.One(6).Number,
               Tags(span.All(9)), [.. span.All(11).Select(e => e.One(2).Text)], [.. span.All(13).Select(link => (link.One(1).Hex, link.One(2).Hex))]),
    ];

    public static IReadOnlyList<OtlpLog> Logs(this OtlpListener collector) =>
    [
        .. from resource in Resources(collector, "logs")
           let service = Tags(resource.One(1).All(1))["service.name"]
           from scope in resource.All(2)
           from log in scope.All(2)
           select new OtlpLog(service, log.One(5).One(1).Text, log.One(9).Hex, Tags(log.All(6))),
    ];

    static IEnumerable<Protobuf> Resources(OtlpListener collector, string signal) =>
        collector.Of(signal).SelectMany(body => new Protobuf(Encoding.Latin1.GetBytes(body)).All(1));

    // The last wins: scopes may say the same twice.
    static Dictionary<string, string> Tags(IEnumerable<Protobuf> attributes)
    {
        var tags = new Dictionary<string, string>();
        foreach (var attribute in attributes) tags[attribute.One(1).Text] = Value(attribute.One(2));
        return tags;
    }

    static string Value(Protobuf value) => value.Fields().FirstOrDefault() switch
    {
        (1, var text) => text.Text,
        (2 or 3, var number) => number.Number.ToString(CultureInfo.InvariantCulture),
        (4, var real) => BitConverter.UInt64BitsToDouble(real.Fixed64).ToString(CultureInfo.InvariantCulture),
        _ => "",
    };
}
