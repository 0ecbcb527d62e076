using Sluice.Core.Annotations;
using Sluice.Core.Annotations.Features;
using Sluice.Core.Model;
using Sluice.Core.Translation.ConfigMaps;
using Sluice.Core.Values;

namespace Sluice.Core.Translation.Policies;

/// <summary>What settings ask for on the way of a request.</summary>
internal static class RoutePolicies
{
    /// <param name="settings">What is set.</param>
    /// <param name="source">The object whose routes it is for: limits count for each by itself, and it is told of settings that do not go together.</param>
    /// <param name="knowsCountries">Whether there is a database of countries.</param>
    /// <param name="named">The Secrets and the ConfigMaps that settings may name.</param>
    /// <param name="findings">Where that is told.</param>
    public static RoutePolicy Read(
        SettingLayers settings, ResourceRef source, bool knowsCountries, (AskedSecrets Secrets, ConfigMapUse ConfigMaps) named, List<Finding> findings)
    {
        var errors = ErrorPolicies.Read(settings, source, named.ConfigMaps, findings);
        var countries = ReadCountries(settings);
        var canAuthenticate = new AuthPolicies(settings, source, named.Secrets, findings).TryRead(out var authentication);
        var canKeepOut = TryReadAccess(settings, source, named.ConfigMaps, out var access);
        if (!canAuthenticate || !canKeepOut || settings.IsAnyGuardUnreadable() || (countries is not null && !knowsCountries)
            || (settings.IsUnreadable(Globals.TrustedProxies) && (access is not null || countries is not null)))
        {
            return new RoutePolicy { IsClosed = true, Errors = errors };
        }

        return new RoutePolicy
        {
            Errors = errors,
            ClientHeader = settings.Read(Access.SourceHeader) is { } header && settings.Read(Globals.TrustedProxies).Count > 0 ? header.ToLowerInvariant() : null,
            HttpsRedirect = settings.Read(Redirects.SslRedirect)
                ? new HttpsRedirection(settings.Read(Redirects.SslRedirectCode), settings.Read(Redirects.SslRedirectPort), settings.Read(Redirects.ForceSslRedirect)) : null,
            Access = access,
            Countries = countries,
            Concurrency = ReadConcurrency(settings, source),
            Rate = ReadRate(settings, source, named.ConfigMaps, findings),
            Authentication = authentication,
            Body = ReadBody(settings),
            Buffering = settings.Read(Bodies.RequestBuffering) ? settings.Read(Bodies.RequestBufferingTimeout) : null,
            IsCached = settings.Read(Payloads.Cache),
            Bandwidth = settings.Read(Payloads.LimitBandwidth),
            Timeouts = ReadTimeouts(settings),
            Maintenance = settings.Read(Availability.Maintenance) ? new Maintenance(settings.Read(Availability.MaintenanceMessage)) : null,
            Redirect = settings.Read(Redirects.RequestRedirect) is { } target
                ? new HostRedirect(target.Scheme, target.Host, settings.Read(Redirects.RequestRedirectCode)) { Path = target.Path, Query = target.Query } : null,
            AppRoot = settings.Read(Redirects.AppRoot) is { Length: > 0 } page ? page : null,
            Cors = CorsPolicies.Read(settings, source, findings),
            Path = ReadPath(settings),
            PodHost = settings.Read(Rewriting.SetHost) is { Length: > 0 } host ? host : null,
            HidesForwardedFor = !settings.Read(Headers.ForwardedFor),
            RequestHeaders = HeaderPolicies.OfRequests(settings, source, findings),
            ResponseHeaders = HeaderPolicies.OfResponses(settings, source, findings),
            StrictTransport = HeaderPolicies.StrictTransport(settings, source, findings),
            IsHttp2 = settings.Read(Upstream.ServerProto) == ServerProtocol.Http2,
            HashKey = settings.Read(Balancing.LoadBalance).Key,
            Session = ReadSession(settings, source, findings),
        };
    }

    // False if a list cannot be read. One without any block lets nobody in, or denies nobody.
    private static bool TryReadAccess(SettingLayers settings, ResourceRef source, ConfigMapUse configMaps, out AccessLists? lists)
    {
        var isRead = TryReadList(Access.AllowList, out var allowed) & TryReadList(Access.DenyList, out var denied);
        lists = allowed is null && denied is null ? null : new AccessLists(allowed, denied is { Items.Count: > 0 } ? denied : null);
        return isRead;

        bool TryReadList(Setting<AddressSources?> setting, out SharedList<Cidr>? list)
        {
            list = null;
            return settings.Read(setting) is not { } sources || configMaps.TryReadAddresses(settings, setting, sources, source, out list);
        }
    }

    /// <summary>Findings for what an object itself asks for, where there is no database of countries.</summary>
    public static IEnumerable<Finding> WithoutCountries(ResourceRef source, Scopes scope, SettingValues own) =>
        from setting in (Setting[])[Countries.AllowCountries, Countries.DenyCountries]
        where own.Texts.TryGetValue(setting.Name, out _)
        select new Finding(source, SettingValues.Field(scope, scope == Scopes.Global ? setting.Name : setting.Key), FindingCode.NoCountryDatabase,
            "there is no database of countries; requests get 503 until the option --countries names one");

    private static CountryLists? ReadCountries(SettingLayers settings)
    {
        var lists = new CountryLists(settings.Read(Countries.AllowCountries), settings.Read(Countries.DenyCountries) ?? []);
        return lists is { Allowed: null, Denied.Count: 0 } ? null : lists;
    }

    private static ConcurrencyLimit? ReadConcurrency(SettingLayers settings, ResourceRef source) => settings.Read(Concurrency.LimitConnections) is > 0 and var most
        ? new ConcurrencyLimit(
            source, settings.Read(Concurrency.LimitConnectionsBy), most, settings.Read(Concurrency.LimitConnectionsStatus), settings.Read(Concurrency.LimitConnectionsRetryAfter))
        : null;

    private static RateLimit? ReadRate(SettingLayers settings, ResourceRef source, ConfigMapUse configMaps, List<Finding> findings)
    {
        if (settings.Read(RateLimits.Requests) is not (> 0 and var requests))
        {
            return null;
        }

        var (period, counted) = (settings.Read(RateLimits.Period), RatePeriods.From(settings.Read(RateLimits.Period)));
        if (counted != period)
        {
            settings.Report(settings.SourceOf(RateLimits.Period)!, FindingCode.RoundedSetting,
                $"there is no such period: as many requests as that are let through in {Kinds.Duration.Format(counted)} instead, which is stricter", findings, RateLimits.Period);
        }

        var isRead = configMaps.TryReadAddresses(settings, RateLimits.Exempt, settings.Read(RateLimits.Exempt), source, out var exempt);
        return new RateLimit(
            source, settings.Read(RateLimits.By), requests, settings.Read(RateLimits.Burst), counted,
            settings.Read(RateLimits.Status), isRead && exempt is { Items.Count: > 0 } ? exempt : null);
    }

    private static BodyLimit? ReadBody(SettingLayers settings) =>
        settings.Read(Bodies.MaxBodySize) is > 0 and var bytes ? new BodyLimit(bytes, settings.Read(Bodies.ChunkedBodies)) : null;

    private static RouteTimeouts? ReadTimeouts(SettingLayers settings)
    {
        var timeouts = new RouteTimeouts
        {
            Server = settings.Read(Timeouts.Server),
            Tunnel = settings.Read(Timeouts.Tunnel),
            Connect = OfRoute(Timeouts.Connect),
            Queue = OfRoute(Timeouts.Queue),
            Client = OfRoute(Timeouts.Client),
        };
        return timeouts == RouteTimeouts.None ? null : timeouts;

        // What the ConfigMap says of these is in the program.
        TimeSpan? OfRoute(Setting<TimeSpan?> setting) => settings.SourceOf(setting) is { Kind: not "ConfigMap" } ? settings.Read(setting) : null;
    }

    private static PathChange? ReadPath(SettingLayers settings)
    {
        var change = new PathChange(settings.Read(Rewriting.StripPrefix), settings.Read(Rewriting.PathRewrite), settings.Read(Rewriting.AddPrefix));
        return change is { Stripped: "", Added: "", Rewrites.Count: 0 } ? null : change;
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
            settings.Report(
                source, $"browsers take a cookie with SameSite=None only if it is Secure, too: expected {Affinity.Secure.Name} true; it is taken as set",
                findings, Affinity.SameSite, Affinity.Secure, Affinity.CookieName);
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
}
