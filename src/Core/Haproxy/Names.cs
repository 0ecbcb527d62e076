using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Sluice.Core.Haproxy.Features;
using Sluice.Core.Model;

namespace Sluice.Core.Haproxy;

/// <summary>How backends and servers are named: from what they are, so that names are stable and never collide.</summary>
public static class Names
{
    private const int LongestGuid = 127;

    /// <summary>The backend that answers 503 for routes that lead nowhere.</summary>
    public const string Unavailable = "unavailable";

    /// <summary>The backend that answers what is refused with a status of its own.</summary>
    public const string Refused = "refused";

    /// <summary>The backend that the agent is behind, and what the filter that asks it is called.</summary>
    public const string Agent = "agent";

    /// <summary>The backend that takes copies of requests to the agent, and what the filter is called that gives them.</summary>
    public const string Copies = "copies";

    /// <summary>What a worker calls itself to the one that takes its place, on every machine.</summary>
    public const string LocalPeer = "sluice";

    /// <summary>What a replica calls itself to the others: its address, where it shares its counts.</summary>
    public static string Peer(Endpoint? address) => address is { } own ? Server(own) : LocalPeer;

    /// <summary>The profile (named defaults section) of ordinary HTTP backends.</summary>
    public const string StandardProfile = "standard";

    /// <summary>Which part of a backend's name, between '_', is for its policy.</summary>
    public const int PartWithPolicy = 4;

    /// <summary>Which part of a backend's name is the name of the data of its check.</summary>
    public const int PartWithCheck = 5;

    /// <summary>Namespace, Service and port are DNS labels or numbers and hold no '_': the name leads back to exactly one.</summary>
    public static string Backend(BackendId id)
    {
        var name = $"{id.Service.Namespace}_{id.Service.Name}_{id.Port}";
        return id.Policy == BackendPolicy.Standard
            ? name
            : $"{name}_{Http2.Mark(id.Policy)}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id.Policy.Identity())))[..12]}"
                + (id.Policy.Check?.Http is { } check ? $"_{CheckedResponse.Data(check).Name}" : "");
    }

    /// <summary>
    /// What a proxy or a server is known by over a reload, so that its counters go on (HAProxy configuration manual, "guid"):
    /// at most 127 characters.
    /// </summary>
    public static string Guid(params string[] names)
    {
        var guid = string.Join(':', names);
        return guid.Length <= LongestGuid ? guid : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(guid)));
    }

    /// <summary>Address and port; the colons of IPv6 become '-', which no address holds.</summary>
    public static string Server(Endpoint endpoint) => $"{endpoint.Address.ToString().Replace(':', '-')}_{endpoint.Port}";

    public static string Address(Endpoint endpoint) => endpoint.Address.AddressFamily == AddressFamily.InterNetworkV6
        ? $"[{endpoint.Address}]:{endpoint.Port}"
        : $"{endpoint.Address}:{endpoint.Port}";
}
