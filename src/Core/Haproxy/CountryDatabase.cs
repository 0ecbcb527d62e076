using System.Globalization;
using System.Net;
using System.Text;
using Sluice.Core.Values;

namespace Sluice.Core.Haproxy;

/// <summary>
/// A database of countries in MaxMind's format (MaxMind DB File Format Specification, version 2), as the map that HAProxy
/// looks clients up in. Networks side by side with the same country become one. Whatever the file holds, each node of its
/// tree is looked at once.
/// </summary>
public sealed class CountryDatabase
{
    private const int BitsOfIPv4 = 32;
    private const int BitsOfIPv6 = 128;
    private const string NoCountry = "";

    private readonly MaxMindData data;
    private readonly StringBuilder map = new();
    private readonly Dictionary<uint, string> countries = [];
    private readonly byte[] address = new byte[BitsOfIPv6 / 8];
    private readonly int bits;
    private readonly uint rootOfIPv4;
    private uint visited;

    private CountryDatabase(ReadOnlyMemory<byte> file)
    {
        data = new MaxMindData(file);
        bits = data.IpVersion == 4 ? BitsOfIPv4 : BitsOfIPv6;
        rootOfIPv4 = 0;
        for (var depth = BitsOfIPv4; depth < bits && rootOfIPv4 < data.NodeCount; depth++)
        {
            rootOfIPv4 = data.Record(rootOfIPv4, right: false);
        }
    }

    /// <summary>The map. Addresses of IPv4 in a tree of IPv6 are written as such; other places that lead to them are left out.</summary>
    /// <exception cref="InvalidDataException">It is no such database, or it is damaged.</exception>
    public static string Parse(ReadOnlyMemory<byte> file)
    {
        var database = new CountryDatabase(file);
        database.Emit(database.Walk(0, 0), 0);
        return database.map.Length > 0
            ? database.map.Append(CountryMap.Mark).Append(" known\n").ToString()
            : throw new InvalidDataException("it holds no networks with a country");
    }

    // The country that all below this record has; null if there are several, which are written then.
    private string? Walk(uint record, int depth)
    {
        if (record >= data.NodeCount)
        {
            return record == data.NodeCount ? NoCountry : Country(record);
        }

        // Mapped and 6to4 addresses lead to the tree of IPv4, too.
        if (bits == BitsOfIPv6 && record == rootOfIPv4 && !(depth == BitsOfIPv6 - BitsOfIPv4 && address.AsSpan(0, depth / 8).IndexOfAnyExcept((byte)0) < 0))
        {
            return NoCountry;
        }

        if (depth == bits || ++visited > data.NodeCount)
        {
            throw new InvalidDataException("its tree leads in a circle");
        }

        var left = Walk(data.Record(record, right: false), depth + 1);
        var bit = (byte)(0x80 >> (depth % 8));
        address[depth / 8] |= bit;
        var right = Walk(data.Record(record, right: true), depth + 1);
        address[depth / 8] &= (byte)~bit;
        if (left is not null && left == right && !IsAboveIPv4(depth))
        {
            return left;
        }

        Emit(left, depth + 1);
        address[depth / 8] |= bit;
        Emit(right, depth + 1);
        address[depth / 8] &= (byte)~bit;
        return null;
    }

    // What is above holds more than IPv4, and is written otherwise.
    private bool IsAboveIPv4(int depth) => bits == BitsOfIPv6 && depth < BitsOfIPv6 - BitsOfIPv4 && address.AsSpan().IndexOfAnyExcept((byte)0) < 0;

    private void Emit(string? country, int depth)
    {
        if (string.IsNullOrEmpty(country))
        {
            return;
        }

        var isIPv4 = bits == BitsOfIPv6 && depth >= BitsOfIPv6 - BitsOfIPv4 && address.AsSpan(0, (BitsOfIPv6 - BitsOfIPv4) / 8).IndexOfAnyExcept((byte)0) < 0;
        var block = isIPv4 ? new Cidr(new IPAddress(address.AsSpan(12)), depth - (BitsOfIPv6 - BitsOfIPv4)) : new Cidr(new IPAddress(address.AsSpan(0, bits / 8)), depth);
        map.Append(CultureInfo.InvariantCulture, $"{block} {country}\n");
    }

    private string Country(uint record)
    {
        if (!countries.TryGetValue(record, out var known))
        {
            var code = data.Text(record, "country", "iso_code") ?? data.Text(record, "country") ?? data.Text(record, "country_code") ?? "";
            countries[record] = known = code.Length == 2 && code.All(char.IsAsciiLetter) ? code.ToLowerInvariant() : NoCountry;
        }

        return known;
    }
}
