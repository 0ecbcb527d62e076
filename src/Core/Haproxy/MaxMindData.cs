using System.Runtime.InteropServices;
using System.Text;

namespace Sluice.Core.Haproxy;

/// <summary>The parts of a file in MaxMind's format: its tree, and the data that the tree leads to. Nothing outside of the file is read, whatever it says.</summary>
internal sealed class MaxMindData
{
    private const int Separator = 16;
    private const int LargestMetadata = 128 * 1024;
    private const int DeepestNesting = 16;

    // The types of fields that count here, of those that the format has.
    private const int Pointer = 1;
    private const int TextType = 2;
    private const int MapType = 7;
    private const int ArrayType = 11;
    private const int BooleanType = 14;

    private readonly ReadOnlyMemory<byte> file;
    private readonly int nodeSize;

    // Where pointers and records count from.
    private readonly int start;

    public MaxMindData(ReadOnlyMemory<byte> file)
    {
        this.file = file;
        byte[] marker = [0xab, 0xcd, 0xef, .. "MaxMind.com"u8];
        var end = file.Span.LastIndexOf(marker);
        if (end < 0 || file.Length - end > LargestMetadata)
        {
            throw new InvalidDataException("it is no database in MaxMind's format");
        }

        start = end + marker.Length;
        var (count, size) = (Number("node_count"), Number("record_size"));
        (IpVersion, nodeSize) = ((int)Number("ip_version"), (int)size / 4);
        var isKnown = Number("binary_format_major_version") == 2 && size is 24 or 28 or 32 && IpVersion is 4 or 6;
        if (!isKnown || count == 0 || (count * (ulong)nodeSize) + Separator > (ulong)end)
        {
            throw new InvalidDataException("its metadata is damaged, or of another version");
        }

        NodeCount = (uint)count;
        start = (int)(NodeCount * nodeSize) + Separator;
    }

    public uint NodeCount { get; }

    public int IpVersion { get; }

    /// <summary>One of the two records of a node.</summary>
    public uint Record(uint node, bool right)
    {
        var bytes = file.Span.Slice((int)(node * nodeSize), nodeSize);
        return (nodeSize, right) switch
        {
            (7, false) => (uint)(((bytes[3] & 0xF0) << 20) | (int)Big(bytes[..3])),
            (7, _) => (uint)(((bytes[3] & 0x0F) << 24) | (int)Big(bytes[4..])),
            (_, false) => (uint)Big(bytes[..(nodeSize / 2)]),
            _ => (uint)Big(bytes[(nodeSize / 2)..]),
        };
    }

    /// <summary>The text below these keys in the data that a record leads to; null if there is none.</summary>
    public string? Text(uint record, params ReadOnlySpan<string> keys) =>
        Find(start + (long)record - NodeCount - Separator, keys) is { Type: TextType } field ? Encoding.UTF8.GetString(Bytes(field.At, field.Size)) : null;

    private ulong Number(string key) => Find(start, [key]) is { Type: 5 or 6 or 9, Size: <= 8 } field ? Big(Bytes(field.At, field.Size)) : throw Damaged();

    private Field? Find(long at, params ReadOnlySpan<string> keys)
    {
        var field = Target(Read(at));
        foreach (var key in keys)
        {
            if (field.Type != MapType || Member(field, Encoding.UTF8.GetBytes(key)) is not { } member)
            {
                return null;
            }

            field = member;
        }

        return field;
    }

    private Field? Member(Field map, ReadOnlySpan<byte> key)
    {
        var at = map.At;
        for (var pair = 0; pair < map.Size; pair++)
        {
            var name = Read(at);
            var value = Read(End(name, 0));
            if (Target(name) is { Type: TextType } text && Bytes(text.At, text.Size).SequenceEqual(key))
            {
                return Target(value);
            }

            at = End(value, 0);
        }

        return null;
    }

    // A pointer leads to something that is none.
    private Field Target(Field field)
    {
        var target = field.Type == Pointer ? Read(start + (long)field.Value) : field;
        return target.Type == Pointer ? throw Damaged() : target;
    }

    // Where what follows it begins.
    private long End(Field field, int nesting)
    {
        if (field.Type is not (MapType or ArrayType))
        {
            return field.Type is Pointer or BooleanType ? field.At : field.At + field.Size;
        }

        if (nesting > DeepestNesting)
        {
            throw Damaged();
        }

        var at = field.At;
        for (var item = field.Type == MapType ? 2L * field.Size : field.Size; item > 0; item--)
        {
            at = End(Read(at), nesting + 1);
        }

        return at;
    }

    private Field Read(long at)
    {
        var control = Bytes(at++, 1)[0];
        var (type, size) = (control >> 5, control & 0x1F);
        if (type == Pointer)
        {
            var more = size >> 3;
            ReadOnlySpan<int> bases = [0, 2048, 526_336, 0];
            var high = more < 3 ? (ulong)(size & 7) << (8 * (more + 1)) : 0;
            return new Field(type, at + more + 1, 0, high + Big(Bytes(at, more + 1)) + (ulong)bases[more]);
        }

        if (type == 0)
        {
            type = Bytes(at++, 1)[0] + 7;
        }

        if (size >= 29)
        {
            var more = size - 28;
            ReadOnlySpan<int> bases = [0, 29, 285, 65_821];
            size = (int)Big(Bytes(at, more)) + bases[more];
            at += more;
        }

        return new Field(type, at, size, 0);
    }

    private ReadOnlySpan<byte> Bytes(long at, int count) => at < 0 || at + count > file.Length ? throw Damaged() : file.Span.Slice((int)at, count);

    private static ulong Big(ReadOnlySpan<byte> bytes)
    {
        var value = 0UL;
        foreach (var part in bytes)
        {
            value = (value << 8) | part;
        }

        return value;
    }

    private static InvalidDataException Damaged() => new("its data is damaged");

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Field(int Type, long At, int Size, ulong Value);
}
