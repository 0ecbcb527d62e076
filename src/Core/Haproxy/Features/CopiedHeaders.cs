namespace Sluice.Core.Haproxy.Features;

/// <summary>
/// Headers that a request gets from the agent, in place of what the client sent: under these names, and under those that pods may take for
/// the same, which the agent finds. A header that "Connection" names would be removed by a proxy in the pod. What is removed is
/// known to HAProxy 3.4 only; before, nobody gets through.
/// </summary>
internal static class CopiedHeaders
{
    /// <summary>The rules.</summary>
    /// <param name="condition">Where there are such headers.</param>
    /// <param name="names">An expression for their names.</param>
    /// <param name="headers">The agent's variable with the headers.</param>
    /// <param name="twins">The agent's variable with more names to remove.</param>
    /// <param name="upgrade">A variable of the feature's own.</param>
    public static IEnumerable<string> Rules(string condition, string names, string headers, string twins, string upgrade) =>
    [
        ".if version_atleast(3.4)",
        $"http-request del-headers-bin {names} if {condition}",
        $"http-request del-headers-bin var({twins}) if {condition} {{ var({twins}) -m found }}",
        $"http-request set-var({upgrade}) bool(true) if {condition} {{ req.hdr(connection) -m str -i upgrade }}",
        $"http-request del-header connection if {condition}",
        $"http-request set-header connection upgrade if {condition} {{ var({upgrade}) -m found }}",
        $"http-request set-headers-bin var({headers}) if {condition} {{ var({headers}) -m found }}",
        ".else",
        $"http-request return status 503 default-errorfiles if {condition}",
        ".endif",
    ];
}
