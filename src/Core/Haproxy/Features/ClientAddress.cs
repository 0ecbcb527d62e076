using System.Net.Sockets;
using Sluice.Core.Values;

namespace Sluice.Core.Haproxy.Features;

/// <summary>
/// The address of a client in digits that lists can be searched by: 4 or 6, and the address in hexadecimal digits. Lists
/// are prefixes of these below the name of the list; a block whose length is no multiple of four is written as up to eight.
/// </summary>
internal static class ClientAddress
{
    private const int BitsOfDigit = 4;

    /// <summary>Rules that set a variable to the client's address.</summary>
    public static IEnumerable<string> Rules(string variable, string condition) =>
    [
        // IPv4 as such, and as IPv6 clients of a socket for both have it.
        $"http-request set-var({variable}) src,hex if {condition}",
        $"http-request set-var({variable}) var({variable}),bytes(24) if {condition} {{ var({variable}) -m beg 00000000000000000000FFFF }}",
        $"http-request set-var-fmt({variable}) 4%[var({variable})] if {condition} {{ var({variable}) -m len 8 }}",
        $"http-request set-var-fmt({variable}) 6%[var({variable})] if {condition} {{ var({variable}) -m len 32 }}",
    ];

    /// <summary>A list of blocks.</summary>
    public static DataSet List(SharedList<Cidr> blocks) =>
        DataSet.Of(MapName.Addresses, blocks.Digest, () => blocks.Items.SelectMany(Prefixes).Distinct().Order(StringComparer.Ordinal).Append(ListPair.Mark).Select(prefix => (prefix, "1")));

    private static IEnumerable<string> Prefixes(Cidr block)
    {
        var bytes = block.Address.GetAddressBytes();
        var digits = Convert.ToHexString(bytes);
        var family = block.Address.AddressFamily == AddressFamily.InterNetwork ? '4' : '6';
        var whole = block.PrefixLength / BitsOfDigit;
        var rest = block.PrefixLength % BitsOfDigit;
        if (rest == 0)
        {
            return [$"{family}{digits[..whole]}"];
        }

        var first = Convert.ToInt32(digits[whole].ToString(), 16) & (0xF << (BitsOfDigit - rest));
        return Enumerable.Range(first, 1 << (BitsOfDigit - rest)).Select(digit => $"{family}{digits[..whole]}{digit:X}");
    }
}
