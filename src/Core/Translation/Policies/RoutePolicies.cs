using Sluice.Core.Annotations;
using Sluice.Core.Annotations.Features;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Translation.Policies;

/// <summary>What settings ask for on the way of a request.</summary>
internal static class RoutePolicies
{
    /// <param name="settings">The settings of all that has a say.</param>
    /// <param name="source">The object whose settings are told of if they do not go together.</param>
    /// <param name="findings">Where that is told.</param>
    public static RoutePolicy Read(SettingLayers settings, ResourceRef source, List<Finding> findings)
    {
        if (settings.IsAnyGuardUnreadable())
        {
            return new RoutePolicy { IsClosed = true };
        }

        return new RoutePolicy
        {
            HttpsRedirect = settings.Read(Redirects.SslRedirect) ? settings.Read(Redirects.SslRedirectCode) : null,
            Access = ReadAccess(settings),
            Timeouts = ReadTimeouts(settings),
            Maintenance = settings.Read(Availability.Maintenance) ? new Maintenance(settings.Read(Availability.MaintenanceMessage)) : null,
            Redirect = settings.Read(Redirects.RequestRedirect) is { } target
                ? new HostRedirect(target.Scheme, target.Host, settings.Read(Redirects.RequestRedirectCode)) : null,
            AppRoot = settings.Read(Redirects.AppRoot) is { Length: > 0 } page ? page : null,
            Cors = CorsPolicies.Read(settings, source, findings),
            Path = ReadPath(settings),
            PodHost = settings.Read(Rewriting.SetHost) is { Length: > 0 } host ? host : null,
            RequestHeaders = HeaderPolicies.OfRequests(settings, source, findings),
            ResponseHeaders = HeaderPolicies.OfResponses(settings, source, findings),
            StrictTransport = HeaderPolicies.StrictTransport(settings, source, findings),
        };
    }

    private static AccessLists? ReadAccess(SettingLayers settings)
    {
        var lists = new AccessLists(settings.Read(Access.AllowList), settings.Read(Access.DenyList) ?? []);
        return lists is { Allowed: null, Denied.Count: 0 } ? null : lists;
    }

    private static RouteTimeouts? ReadTimeouts(SettingLayers settings)
    {
        var timeouts = new RouteTimeouts(settings.Read(Timeouts.Server), settings.Read(Timeouts.Tunnel));
        return timeouts is { Server: null, Tunnel: null } ? null : timeouts;
    }

    private static PathChange? ReadPath(SettingLayers settings)
    {
        var change = new PathChange(settings.Read(Rewriting.StripPrefix), settings.Read(Rewriting.PathRewrite), settings.Read(Rewriting.AddPrefix));
        return change is { Stripped: "", Added: "", Rewrites.Count: 0 } ? null : change;
    }
}
