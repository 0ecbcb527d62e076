using Sluice.Core.Haproxy.Features;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Haproxy;

/// <summary>
/// Routes as map entries. One lookup of <c>host + path + "/" + 0x01</c> in a prefix tree finds the exact path, else the
/// longest prefix: an exact path's key is the whole of what is looked up, a prefix's key ends at a '/', and the marker
/// 0x01, which HAProxy refuses in a request, cannot be forged.
/// </summary>
internal static class RouteKeys
{
    private const string Marker = "/\u0001";

    public static HostEntries Entries(VirtualHost host)
    {
        // Routes of a host mostly ask for the same, and hashes of all that they ask for cost time.
        var policies = new Dictionary<RoutePolicy, RenderedPolicy>();
        foreach (var route in host.Routes)
        {
            _ = policies.ContainsKey(route.Policy) || policies.TryAdd(route.Policy, RouteFeatures.Render(route.Policy));
        }

        var lines = host.Routes.Select(route => Line(host, route, policies[route.Policy])).ToLookup(line => line.Map == MapName.Regex);
        return new HostEntries(host.Host?.Value ?? "", lines[false].ToEquatableArray(), lines[true].ToEquatableArray())
        {
            Sets = policies.Values.SelectMany(policy => policy.Sets).Distinct().ToEquatableArray(),
            Filters = RouteFeatures.Filters(policies.Values.Aggregate(0L, (flags, policy) => flags | policy.Flags)),
            RareWindows = policies.Keys.Select(policy => policy.Rate).OfType<RateLimit>().SelectMany(Counts.RareWindows).Distinct().Order().ToEquatableArray(),
        };
    }

    /// <summary>The line of a map that stands for a route of a host.</summary>
    public static MapEntry Line(VirtualHost host, Route route) => Line(host, route, RouteFeatures.Render(route.Policy));

    private static MapEntry Line(VirtualHost host, Route route, RenderedPolicy policy)
    {
        var (map, prefix) = host.Host switch
        {
            null => (MapName.Defaults, ""),
            { IsWildcard: true } wildcard => (MapName.Wildcards, wildcard.Domain),
            { } exact => (MapName.Routes, exact.Value),
        };
        return route.Match.Kind switch
        {
            PathMatchKind.Regex => new MapEntry(MapName.Regex, RegexKey(host.Host, route.Match.Path), Value(route, policy)),

            // The tree is asked before the expressions; the empty expression is the shortest, and so the last.
            PathMatchKind.Otherwise when host.Routes.Any(other => other.Match.Kind == PathMatchKind.Regex) =>
                new MapEntry(MapName.Regex, RegexKey(host.Host, ""), Value(route, policy)),
            _ => new MapEntry(map, prefix + PathKey(route.Match), Value(route, policy)),
        };
    }

    /// <summary>The name of the backend that a line of a map leads to.</summary>
    public static string BackendOf(MapEntry line) => line.Value.Split('|', 2)[0];

    private static string PathKey(PathMatch match) => match.Kind switch
    {
        PathMatchKind.Exact => match.Path + Marker,
        PathMatchKind.Prefix or PathMatchKind.Otherwise => match.Path == "/" ? "/" : match.Path + "/",
        _ => match.Path,
    };

    // The expression is looked up in host + path; '*' stands for the host of rules without one. The host must end where
    // the expression begins: "/a|.*" would match "shop.example.community/" otherwise.
    private static string RegexKey(Hostname? host, string expression)
    {
        var escaped = (host?.Value ?? "*").Replace(".", "\\.", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal)
            .Replace("[", "\\[", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal);
        return $"^{escaped}(?=/)(?:{expression})";
    }

    /// <summary>A plain route is just its backend; one with a policy is BACKEND|POLICY|FLAGS|, told apart at once by its end.</summary>
    private static string Value(Route route, RenderedPolicy policy)
    {
        var backend = route.Backend is { } id ? Names.Backend(id) : Names.Unavailable;
        return policy.Flags == 0 ? backend : $"{backend}|{(policy.Sets.Count > 0 ? policy.Sets[0].Name : "")}|{policy.Flags}|";
    }
}
