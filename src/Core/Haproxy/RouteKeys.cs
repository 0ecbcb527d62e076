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
        var lines = host.Routes.Select(route => Line(host, route)).ToLookup(line => line.Map == MapName.Regex);
        var policies = host.Routes.Select(route => route.Policy).Distinct().Select(RouteFeatures.Render).ToList();
        return new HostEntries(host.Host?.Value ?? "", lines[false].ToEquatableArray(), lines[true].ToEquatableArray())
        {
            Sets = policies.SelectMany(policy => policy.Sets).Distinct().ToEquatableArray(),
            Filters = RouteFeatures.Filters(policies.Aggregate(0L, (flags, policy) => flags | policy.Flags)),
            RareWindows = host.Routes.Select(route => route.Policy.Rate).OfType<RateLimit>().SelectMany(Counts.RareWindows).Distinct().Order().ToEquatableArray(),
        };
    }

    /// <summary>The line of a map that stands for a route of a host.</summary>
    public static MapEntry Line(VirtualHost host, Route route)
    {
        var (map, prefix) = host.Host switch
        {
            null => (MapName.Defaults, ""),
            { IsWildcard: true } wildcard => (MapName.Wildcards, wildcard.Domain),
            { } exact => (MapName.Routes, exact.Value),
        };
        return route.Match.Kind switch
        {
            PathMatchKind.Regex => new MapEntry(MapName.Regex, RegexKey(host.Host, route.Match.Path), Value(route)),

            // The tree is asked before the expressions; the empty expression is the shortest, and so the last.
            PathMatchKind.Otherwise when host.Routes.Any(other => other.Match.Kind == PathMatchKind.Regex) =>
                new MapEntry(MapName.Regex, RegexKey(host.Host, ""), Value(route)),
            _ => new MapEntry(map, prefix + PathKey(route.Match), Value(route)),
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
    private static string Value(Route route)
    {
        var backend = route.Backend is { } id ? Names.Backend(id) : Names.Unavailable;
        var (flags, sets) = RouteFeatures.Render(route.Policy);
        return flags == 0 ? backend : $"{backend}|{(sets.Count > 0 ? sets[0].Name : "")}|{flags}|";
    }
}
