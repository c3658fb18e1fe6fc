using System.Buffers.Binary;
using System.Text;

namespace BatchBus.Tests.Servers.Tracing;

/// <summary>As much of protobuf's wire format (https://protobuf.dev/programming-guides/encoding/) as OTLP needs.</summary>
public readonly struct Protobuf(ReadOnlyMemory<byte> bytes)
{
    /// <summary>The fields of the message, each with its number.</summary>
    public IEnumerable<(int Field, Protobuf Value)> Fields()
    {
        var rest = bytes;
        while (!rest.IsEmpty)
        {
            var tag = Varint(ref rest);
            var length = (tag & 7) switch { 0 => -1, 1 => 8, 2 => (int)Varint(ref rest), 5 => 4, var type => throw new FormatException($"Wire type {type}.") };
            var value = rest;
            if (length < 0) Varint(ref rest);
            else rest = rest[length..];
            yield return ((int)(tag >> 3), new Protobuf(value[..^rest.Length]));
        }
    }

    public IEnumerable<Protobuf> All(int field) => Fields().Where(f => f.Field == field).Select(f => f.Value);

    /// <summary>The field's value; an empty one, which is every type's default, when it is not there.</summary>
    public Protobuf One(int field) => All(field).FirstOrDefault();

    public string Text => Encoding.UTF8.GetString(bytes.Span);

    public string Hex => Convert.ToHexStringLower(bytes.Span);

    public ulong Fixed64 => bytes.IsEmpty ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span);

    public long Number
    {
        get
        {
            var rest = bytes;
            return rest.IsEmpty ? 0 : (long)Varint(ref rest);
        }
    }

    static ulong Varint(ref ReadOnlyMemory<byte> rest)
    {
        var (value, shift, i) = (0UL, 0, 0);
        byte part;
        do
        {
            part = rest.Span[i++];
            value |= (ulong)(part & 0x7F) << shift;
            shift += 7;
        }
        while (part >= 0x80);
        rest = rest[i..];
        return value;
    }
}
