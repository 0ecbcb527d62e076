using Sluice.Core.Annotations;
using Sluice.Core.Annotations.Features;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Translation;

/// <summary>The other names of the hosts of an Ingress, with or without www., that are redirected to them.</summary>
internal static class WwwRedirects
{
    private const string Www = "www.";
    private const int Code = 308;

    public static IReadOnlyList<RouteCandidate> Of(IReadOnlyCollection<RouteCandidate> candidates, SettingLayers settings, ResourceRef source, List<Finding> findings)
    {
        var asked = settings.Read(Redirects.RedirectWww);
        if (asked == WwwRedirect.None)
        {
            return [];
        }

        var redirects = candidates.Where(candidate => candidate.Host is { IsWildcard: false, IsAddress: false }).DistinctBy(candidate => candidate.Host)
            .Select(candidate => (From: Other(candidate.Host!.Value.Value, asked), To: candidate)).ToList();
        if (redirects.TrueForAll(redirect => redirect.From is null))
        {
            settings.Report(
                source, $"expected a rule for a host that {(asked == WwwRedirect.ToWww ? "begins" : "does not begin")} with www.; nothing is redirected", findings, Redirects.RedirectWww);
        }

        return
        [
            .. from redirect in redirects
               where redirect.From is not null
               select new RouteCandidate(
                   redirect.From, new PathMatch(PathMatchKind.Otherwise, "/"), null,
                   new RoutePolicy { Redirect = new HostRedirect(null, redirect.To.Host!.Value.Value, Code) }, redirect.To.Field) { IsSpare = true },
        ];
    }

    private static Hostname? Other(string host, WwwRedirect asked)
    {
        var name = (asked, host.StartsWith(Www, StringComparison.Ordinal)) switch
        {
            (WwwRedirect.ToWww, true) => host[Www.Length..],
            (WwwRedirect.FromWww, false) => Www + host,
            _ => "",
        };
        return Hostname.TryParse(name, out var other) ? other : null;
    }
}
