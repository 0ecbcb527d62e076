using System.Collections.Frozen;

namespace Sluice.Controller.Agent;

/// <summary>Which header fields of a request go along with another one that is made from it.</summary>
internal static class PassedOn
{
    // What belongs to a connection, and not to a request that is passed on (RFC 9110, section 7.6.1), and what is made anew.
    private static readonly FrozenSet<string> Not = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "connection", "content-length", "expect", "host", "http2-settings", "keep-alive", "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade");

    public static bool Excludes(string name) => Not.Contains(name);
}
