using System.Collections.Frozen;
using Sluice.Core.Annotations.Features;
using Sluice.Core.Values;

namespace Sluice.Core.Annotations;

/// <summary>Every setting there is. The reference page, the checks and the tests over all settings read this list.</summary>
public static class SettingCatalog
{
    // Those of how pods are used, which each Service has for itself wherever its requests come from.
    private static readonly IReadOnlyList<Setting> OfBackends =
    [
        Balancing.LoadBalance, Balancing.PodMaxconn, Balancing.ServerWeight,
        Affinity.CookieName, Affinity.Path, Affinity.Domain, Affinity.MaxAge, Affinity.SameSite, Affinity.Secure, Affinity.HttpOnly,
        Upstream.Retries, Upstream.RetryOn, Upstream.HttpReuse, Upstream.SlowStart, Upstream.AbortOnClose,
        Upstream.ServerSsl, Upstream.ServerProto, Upstream.SendProxyProtocol,
        FastCgis.Docroot, FastCgis.Index,
        PodTls.ServerCa, PodTls.ServerCrt, PodTls.ServerSni, PodTls.ServerVerifyHost,
        Checks.Check, Checks.CheckHttp, Checks.CheckHost, Checks.CheckStatus, Checks.CheckInterval, Checks.CheckRise, Checks.CheckFall,
        Checks.CheckPassive, Checks.CheckPassiveLimit, Checks.AgentPort, Checks.AgentInterval, Timeouts.Check,
        Payloads.Compression, Payloads.CompressionTypes, Payloads.CompressionMinSize,
    ];

    private static readonly IReadOnlyList<Setting> OfCanaries =
        [Canaries.Canary, Canaries.Weight, Canaries.WeightTotal, Canaries.ByHeader, Canaries.ByHeaderValue, Canaries.ByHeaderPattern, Canaries.ByCookie];

    public static IReadOnlyList<Setting> All { get; } =
    [
        Globals.AllowCrossNamespace, Globals.DefaultBackend, Globals.DefaultCertificate, Globals.MaxConnections, Globals.Threads, Globals.ConnectionMode, Globals.ServerHeader, Globals.TrustedProxies, Globals.ProxyProtocol, Globals.TlsAlpn,
        Snippets.Global, Snippets.Defaults, Snippets.Frontend, Snippets.Backend,
        Paths.PathType,
        Redirects.SslRedirect, Redirects.ForceSslRedirect, Redirects.SslRedirectCode, Redirects.SslRedirectPort, Redirects.RequestRedirect, Redirects.RequestRedirectCode, Redirects.AppRoot, Redirects.RedirectWww,
        Headers.RequestSet, Headers.RequestAdd, Headers.RequestRemove, Headers.ResponseSet, Headers.ResponseAdd, Headers.ResponseRemove,
        Headers.ForwardedFor, Headers.Hsts, Headers.HstsMaxAge, Headers.HstsIncludeSubdomains, Headers.HstsPreload,
        Rewriting.PathRewrite, Rewriting.StripPrefix, Rewriting.AddPrefix, Rewriting.SetHost,
        Cors.Enable, Cors.AllowOrigin, Cors.AllowMethods, Cors.AllowHeaders, Cors.ExposeHeaders, Cors.MaxAge, Cors.AllowCredentials, Cors.RespondToOptions,
        Availability.Maintenance, Availability.MaintenanceMessage,
        Pages.ErrorPages, Pages.Intercept,
        Access.AllowList, Access.DenyList, Access.PatternFiles, Access.SourceHeader,
        Auth.Type, Auth.Secret, Auth.Realm,
        ExternalAuth.Url, ExternalAuth.Loopback, ExternalAuth.Method, ExternalAuth.SignIn, ExternalAuth.RequestHeaders, ExternalAuth.ResponseHeaders, ExternalAuth.Timeout,
        Tokens.Secret, Tokens.Algorithms, Tokens.Issuer, Tokens.Audience, Tokens.Claims,
        Countries.AllowCountries, Countries.DenyCountries,
        RateLimits.Requests, RateLimits.Period, RateLimits.Burst, RateLimits.By, RateLimits.Status, RateLimits.Exempt, RateLimits.Size,
        Concurrency.LimitConnections, Concurrency.LimitConnectionsBy, Concurrency.LimitConnectionsStatus, Concurrency.LimitConnectionsRetryAfter,
        Bodies.MaxBodySize, Bodies.ChunkedBodies, Bodies.RequestBuffering, Bodies.RequestBufferingTimeout,
        Payloads.Cache, Payloads.CacheSize, Payloads.CacheMaxObjectSize, Payloads.CacheMaxAge, Payloads.LimitBandwidth,
        Timeouts.Server, Timeouts.Tunnel, Timeouts.Client, Timeouts.Connect, Timeouts.Queue, Timeouts.HttpRequest, Timeouts.HttpKeepAlive,
        Timeouts.ClientFin, Timeouts.ServerFin, Timeouts.HardStopAfter,
        .. OfCanaries,
        Sharing.ServiceWeights,
        Mirroring.To, Mirroring.Percent,
        .. OfBackends,
    ];

    /// <summary>The settings of what happens to requests on their way: that of the Ingress and the Service counts that a rule is of.</summary>
    public static IReadOnlyList<Setting> OfRoutes { get; } = [.. All
        .Where(setting => setting.Scopes != Scopes.Global)
        .Except([.. OfBackends, .. OfCanaries, Paths.PathType, Availability.Maintenance, Availability.MaintenanceMessage, Sharing.ServiceWeights])];

    /// <summary>The settings that protect.</summary>
    public static IReadOnlyList<Setting> Guards { get; } = [.. All.Where(setting => setting.IsGuard)];

    private static readonly FrozenDictionary<string, Setting> ByName = All.ToFrozenDictionary(setting => setting.Name, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, SettingPlace> Annotations = All
        .SelectMany(setting => setting.Aliases.SelectMany((alias, index) => Places(setting, alias, index + 1)).Prepend(new SettingPlace(setting, null, setting.Key, 0)))
        .ToFrozenDictionary(place => place.Key, StringComparer.Ordinal);

    // The ConfigMap of haproxy.org has bare names, too; where one is also a name of ours, it is ours, and what only they
    // can read is read as theirs.
    private static readonly FrozenDictionary<string, SettingPlace> Keys = All.Where(setting => setting.Scopes.HasFlag(Scopes.Global))
        .SelectMany(setting => setting.Aliases.Where(alias => alias.Dialect == Dialect.HaproxyOrg)
            .Select((alias, index) => new SettingPlace(setting, alias, alias.Name, index + 1)).Prepend(new SettingPlace(setting, null, setting.Name, 0)
            {
                Namesake = setting.Aliases.FirstOrDefault(alias => alias.Dialect == Dialect.HaproxyOrg && alias.Name == setting.Name),
            }))
        .GroupBy(place => place.Key, StringComparer.Ordinal)
        .ToFrozenDictionary(places => places.Key, places => places.MinBy(place => place.Rank)!, StringComparer.Ordinal);

    /// <summary>The setting that a key stands for in this scope, or null.</summary>
    public static SettingPlace? Place(string key, Scopes scope) =>
        (scope == Scopes.Global ? Keys : Annotations).GetValueOrDefault(key) is { } place && place.Setting.Scopes.HasFlag(scope) ? place : null;

    /// <summary>The setting of this name, wherever it may stand, or null.</summary>
    public static Setting? Named(string name) => ByName.GetValueOrDefault(name);

    /// <summary>A hint at the name that may have been meant, our own or haproxy.org's; empty if none is near.</summary>
    public static string Hint(string name, bool isOwn) => HaproxyOrg.SettingOf(name) is { } ours
        ? $", did you mean {ours.Name}?"
        : Spelling.Hint(name, [.. All.Select(setting => setting.Name), .. isOwn ? [] : HaproxyOrg.All.Select(key => key.Name)]);

    // All names under one prefix go before those under the next.
    private static IEnumerable<SettingPlace> Places(Setting setting, SettingAlias alias, int rank)
    {
        const int MostAliases = 100;
        return alias.Dialect.OtherPrefixes.Prepend(alias.Dialect.Prefix)
            .Select((prefix, index) => new SettingPlace(setting, alias, prefix + alias.Name, (index * MostAliases) + rank));
    }
}

/// <summary>A key under which a setting may stand: our own, or another controller's.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Alias">Whose key it is; null for our own.</param>
/// <param name="Key">The key.</param>
/// <param name="Rank">Of several keys in one object, the one with the lowest rank counts.</param>
public sealed record SettingPlace(Setting Setting, SettingAlias? Alias, string Key, int Rank)
{
    /// <summary>Defaults of another controller that the key brings.</summary>
    public EquatableMap<string> Brings => Alias?.Brings ?? default;

    /// <summary>Whether a text is no value at all: in haproxy.org's own names, one that is empty is as if it were not there.</summary>
    public bool IsUnset(string text) => (Alias ?? Namesake)?.Dialect == Dialect.HaproxyOrg && text.AsSpan().Trim().IsEmpty;

    /// <summary>Another controller's setting that has the same key.</summary>
    public SettingAlias? Namesake { get; init; }

    public string Expected => Alias?.Expected ?? Setting.Expected;

    /// <summary>A hint at the word that a text may be a slip of; empty if there is none.</summary>
    public string Hint(string text)
    {
        var words = Alias?.Words ?? Setting.Words;
        var slip = text.Split(',', StringSplitOptions.TrimEntries).FirstOrDefault(part => !words.Contains(part)) ?? "";
        return Spelling.Hint(slip, words);
    }

    /// <summary>Reads text and writes it in the one usual way; null if it cannot be read.</summary>
    public string? Normal(string text) => Alias is null ? Setting.Normal(text) ?? Namesake?.Normal(text) : Alias.Normal(text);
}
