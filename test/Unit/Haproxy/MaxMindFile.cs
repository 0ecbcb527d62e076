using System.Net;
using System.Text;

namespace Sluice.Unit.Haproxy;

/// <summary>Writes small databases in MaxMind's format (MaxMind DB File Format Specification, version 2).</summary>
public sealed class MaxMindFile
{
    private readonly List<uint?[]> nodes = [[null, null]];
    private readonly List<byte> data = [];
    private readonly int recordSize;
    private readonly int version;

    /// <param name="recordSize">24, 28 or 32.</param>
    /// <param name="version">4 or 6.</param>
    public MaxMindFile(int recordSize = 24, int version = 6) => (this.recordSize, this.version) = (recordSize, version);

    /// <summary>The data of a network as MaxMind has it: other fields before the country, and the code behind a pointer.</summary>
    public MaxMindFile Add(string network, string country)
    {
        var code = data.Count;
        WriteText(country);
        var start = Begin(2);
        WriteText("continent");
        WriteMap(1);
        WriteText("names");
        data.AddRange([0x01, 0x04]); // an array of one
        data.AddRange([0x01, 0x07]); // true
        WriteText("country");
        WriteMap(2);
        WriteText("geoname_id");
        data.AddRange([0xC2, 0x01, 0x02]); // an unsigned number of two bytes
        WriteText("iso_code");
        data.AddRange([(byte)(0x20 | (code >> 8)), (byte)code]);
        return Lead(network, start);
    }

    /// <summary>The data of a network as others have it: the code is a text of this name.</summary>
    public MaxMindFile AddText(string network, string key, string value)
    {
        var start = Begin(1);
        WriteText(key);
        WriteText(value);
        return Lead(network, start);
    }

    /// <summary>Lets another place of the tree lead to where a network begins that is there.</summary>
    public MaxMindFile Alias(string network, string target)
    {
        var node = 0u;
        foreach (var bit in Bits(target))
        {
            node = nodes[(int)node][bit]!.Value;
        }

        return Put(network, node);
    }

    public byte[] ToArray(int formatVersion = 2)
    {
        List<byte> file = [.. nodes.SelectMany(node => Node(Record(node[0]), Record(node[1]))), .. new byte[16], .. data, 0xab, 0xcd, 0xef, .. "MaxMind.com"u8, 0xE4];
        WriteNumber(file, "node_count", nodes.Count);
        WriteNumber(file, "record_size", recordSize);
        WriteNumber(file, "ip_version", version);
        WriteNumber(file, "binary_format_major_version", formatVersion);
        return [.. file];
    }

    private int Begin(int members)
    {
        var start = data.Count;
        WriteMap(members);
        return start;
    }

    private MaxMindFile Lead(string network, int start) => Put(network, (1u << 31) | (uint)start);

    private MaxMindFile Put(string network, uint record)
    {
        var (node, bits) = (0, Bits(network).ToList());
        foreach (var bit in bits[..^1])
        {
            if (nodes[node][bit] is null)
            {
                nodes[node][bit] = (uint)nodes.Count;
                nodes.Add([null, null]);
            }

            node = (int)nodes[node][bit]!.Value;
        }

        nodes[node][bits[^1]] = record;
        return this;
    }

    private IEnumerable<int> Bits(string network)
    {
        var parts = network.Split('/');
        var bytes = IPAddress.Parse(parts[0]).GetAddressBytes();
        var length = int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture);
        (bytes, length) = bytes.Length == 4 && version == 6 ? ([.. new byte[12], .. bytes], length + 96) : (bytes, length);
        return Enumerable.Range(0, length).Select(bit => (bytes[bit / 8] >> (7 - (bit % 8))) & 1);
    }

    // Data counts from behind the tree; nothing is the number of nodes.
    private uint Record(uint? record) => record switch
    {
        null => (uint)nodes.Count,
        >= 1u << 31 and var lead => (lead & ~(1u << 31)) + (uint)nodes.Count + 16,
        var node => node.Value,
    };

    private byte[] Node(uint left, uint right) => recordSize switch
    {
        24 => [(byte)(left >> 16), (byte)(left >> 8), (byte)left, (byte)(right >> 16), (byte)(right >> 8), (byte)right],
        28 => [(byte)(left >> 16), (byte)(left >> 8), (byte)left, (byte)((left >> 20 & 0xF0) | (right >> 24)), (byte)(right >> 16), (byte)(right >> 8), (byte)right],
        _ => [(byte)(left >> 24), (byte)(left >> 16), (byte)(left >> 8), (byte)left, (byte)(right >> 24), (byte)(right >> 16), (byte)(right >> 8), (byte)right],
    };

    private void WriteMap(int members) => data.Add((byte)(0xE0 | members));

    private void WriteText(string text) => WriteText(data, text);

    private static void WriteText(List<byte> target, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        target.AddRange([.. bytes.Length < 29 ? (byte[])[(byte)(0x40 | bytes.Length)] : [0x40 | 29, (byte)(bytes.Length - 29)], .. bytes]);
    }

    private static void WriteNumber(List<byte> target, string key, int value)
    {
        WriteText(target, key);
        target.AddRange([0xC4, (byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value]);
    }
}
