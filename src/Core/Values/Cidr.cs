using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Sluice.Core.Values;

/// <summary>A block of addresses, such as <c>10.0.0.0/8</c>; a bare address is a block of one (RFC 4632, RFC 4291).</summary>
public readonly record struct Cidr(IPAddress Address, int PrefixLength)
{
    private const int MappedBits = 96;

    public static bool TryParse(string text, out Cidr cidr)
    {
        cidr = default;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var host = slash < 0 ? text : text[..slash];
        if (!IPAddress.TryParse(host, out var address) || !IsUsual(address, host))
        {
            return false;
        }

        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var length = bits;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > bits))
        {
            return false;
        }

        // Clients are compared as IPv4 where they are.
        cidr = address.IsIPv4MappedToIPv6 && length >= MappedBits ? new Cidr(address.MapToIPv4(), length - MappedBits) : new Cidr(address, length);
        return true;
    }

    // .NET would also read "10" as 0.0.0.10, "010.0.0.1" as 8.0.0.1, "[::1]" and "fe80::1%eth0".
    private static bool IsUsual(IPAddress address, string text) => address.AddressFamily == AddressFamily.InterNetwork
        ? address.ToString() == text
        : !text.AsSpan().ContainsAny('[', '%');

    public override string ToString() => $"{Address}/{PrefixLength}";
}
