using Sluice.Core.Annotations;
using Sluice.Core.Annotations.Features;
using Sluice.Core.Model;

namespace Sluice.Core.Translation.Policies;

/// <summary>What settings ask for on the way of a request.</summary>
internal static class RoutePolicies
{
    private const int PermanentRedirect = 308;

    public static RoutePolicy Read(SettingLayers settings)
    {
        if (settings.IsAnyGuardUnreadable())
        {
            return new RoutePolicy { IsClosed = true };
        }

        return new RoutePolicy
        {
            HttpsRedirect = settings.Read(Redirects.SslRedirect) ? PermanentRedirect : null,
            Access = ReadAccess(settings),
            Timeouts = ReadTimeouts(settings),
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
}
