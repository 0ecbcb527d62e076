using System.Net;

namespace Sluice.Core.Values;

/// <summary>
/// Which addresses users may have us connect to. Kubernetes keeps the same ones out of EndpointSlices; a name may lead to them all the same.
/// </summary>
public static class AddressReach
{
    /// <summary>
    /// Whether it may be connected to. Nobody may see what a node tells those on its own link (a cloud's metadata), and few what listens
    /// beside us for nobody else.
    /// </summary>
    /// <param name="address">The address.</param>
    /// <param name="mayBeItself">Whether it may be one of our own machine or pod.</param>
    public static bool Includes(IPAddress address, bool mayBeItself) => !IsOfLink(Plain(address)) && (mayBeItself || !IsOfItself(address));

    /// <summary>Whether it is an address of our own machine or pod. To the unspecified address, Linux connects as to its own.</summary>
    public static bool IsOfItself(IPAddress address) =>
        Plain(address) is var plain && (IPAddress.IsLoopback(plain) || plain.Equals(IPAddress.IPv6Any) || plain.GetAddressBytes() is [0, _, _, _]);

    private static bool IsOfLink(IPAddress address) => address.IsIPv6LinkLocal || address.GetAddressBytes() is [169, 254, _, _];

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
