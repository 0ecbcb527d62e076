using Sluice.Core.Annotations;
using Sluice.Core.Annotations.Features;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Translation.Policies;

/// <summary>What settings ask for on the way of a request.</summary>
internal static class RoutePolicies
{
    private const int PermanentRedirect = 308;

    public static RoutePolicy Read(SettingLayers settings, ResourceRef source, List<Finding> findings)
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
            IsClearHttp2 = settings.Read(Upstream.ServerProto) == ServerProtocol.Http2 && !settings.Read(Upstream.ServerSsl),
            HashKey = settings.Read(Balancing.LoadBalance).Key,
            Session = ReadSession(settings, source, findings),
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

    private static SessionCookie? ReadSession(SettingLayers settings, ResourceRef source, List<Finding> findings)
    {
        if (settings.Read(Affinity.CookieName) is not { } name)
        {
            return null;
        }

        var (sameSite, isSecure) = (settings.Read(Affinity.SameSite), settings.Read(Affinity.Secure));
        if (sameSite == SameSite.None && !isSecure)
        {
            findings.Add(new Finding(source, Field(source, Affinity.SameSite), FindingCode.InvalidSetting,
                $"browsers take a cookie with SameSite=None only if it is Secure, too: expected {Affinity.Secure.Name} true; it is taken as set"));
        }

        return new SessionCookie(name, settings.Read(Affinity.Path)!)
        {
            Domain = settings.Read(Affinity.Domain),
            MaxAge = settings.Read(Affinity.MaxAge),
            SameSite = sameSite,
            IsSecure = isSecure || sameSite == SameSite.None,
            IsHttpOnly = settings.Read(Affinity.HttpOnly),
        };
    }

    private static string Field(ResourceRef source, Setting setting) =>
        source.Kind == "ConfigMap" ? SettingValues.Field(Scopes.Global, setting.Name) : SettingValues.Field(Scopes.Ingress, setting.Key);
}
