using System.Collections.Frozen;

namespace Sluice.Core.Annotations;

/// <summary>What becomes of another controller's key.</summary>
public enum Verdict
{
    /// <summary>It is read, and means the same.</summary>
    Same,

    /// <summary>It is read, and means something else in part.</summary>
    Differs,

    /// <summary>It is not needed here: nothing is lost without it.</summary>
    Ignored,

    /// <summary>What it asks for is not to be had.</summary>
    Refused,
}

/// <summary>A key of another controller.</summary>
/// <param name="Name">The key without prefix; for a ConfigMap of its own, the flag that names it.</param>
/// <param name="Verdict">What becomes of it.</param>
/// <param name="Reason">In what it differs, or why it is not read; a sentence.</param>
/// <param name="IsGuard">Whether it protects: where it is not read, requests are refused instead of let through.</param>
public sealed record ForeignKey(string Name, Verdict Verdict, string Reason, bool IsGuard = false)
{
    /// <summary>The value that asks for what is so here anyway; empty if there is none.</summary>
    public string BuiltIn { get; init; } = "";

    /// <summary>Whether it protects in their ConfigMap, too, where it does so in annotations.</summary>
    public bool IsGlobal { get; init; } = true;

    /// <summary>Whether a text asks for that.</summary>
    public bool IsBuiltIn(string text) =>
        BuiltIn.Length > 0 && (text == BuiltIn || (Kinds.Bool.Parse(Dialect.HaproxyOrg.Meaning(text) ?? text, out var value) && Kinds.Bool.Format(value) == BuiltIn));
}

/// <summary>Every key of the controller of haproxy.org, and what becomes of it. Those that mean the same follow from the aliases of settings.</summary>
public static class HaproxyOrg
{
    private const string Snippets = "Nothing that a user writes becomes configuration.";
    private const string Objects = "Its objects are not read.";
    private const string NoSlots = "Servers are added one by one, so that there are no slots.";
    private const string NoLog = "HAProxy's own log is not written.";
    private const string Missing = "There is no such setting.";
    private const string MissingGuard = "There is no such guard yet, and without it nobody is let through: requests get 503.";

    /// <summary>The ways in which keys that are read differ.</summary>
    private static readonly ForeignKey[] Differing =
    [
        Differs("allow-list", "patterns/KEY is a key of the ConfigMap that pattern-files names. A list that cannot be read gives 503."),
        Differs("whitelist", "As allow-list."),
        Differs("deny-list", "As allow-list."),
        Differs("blacklist", "As deny-list."),
        Differs("backend-config-snippet", "Of the ConfigMap, with the option --allow-snippets; annotations are refused. It stands in a section defaults."),
        Differs("frontend-config-snippet", "With the option --allow-snippets. Its rules come before the controller's."),
        Differs("global-config-snippet", "With the option --allow-snippets."),
        Differs("src-ip-header", "The header is believed of trusted-proxies only."),
        Differs("auth-type", "An agent of ours checks passwords, which remembers those that were right for a minute; a limit of requests counts before it. none and basic are read, too."),
        Differs("auth-secret", "{SHA}, bcrypt and MD5-crypt are read, too, and so is a Secret with lines of htpasswd under the key auth. One of another namespace needs a ReferenceGrant. Without auth-type it gives 503."),
        Differs("ssl-redirect", "Without it hosts with TLS are redirected with 308. In the ConfigMap it holds for hosts with TLS only."),
        Differs("ssl-redirect-code", "Without haproxy.org/ssl-redirect the default is 308 instead of 302."),
        Differs("ssl-redirect-port", "The default is the port that clients use for https, which is an option of the controller."),
        Differs("request-redirect", "Requests that are there already are served instead of redirected for ever. A path is read, too, and replaces that of the request."),
        Differs("path-rewrite", "Of several lines, the first that matches counts, and not all. Expressions are of a subset; a path has no query."),
        Differs("request-set-header", "Values are constants, and of several lines just those are left out that cannot be read. Headers of the connection, Host and Content-Length stay as they are."),
        Differs("response-set-header", "Values are constants, and of several lines just those are left out that cannot be read. Our own answers have the headers, too."),
        Differs("set-host", "It is a host, perhaps with a port, and no expression."),
        Differs("cors-allow-origin", "An expression is compared with the whole origin; origins may be listed. One that cannot be read gives 503."),
        Differs("nbthread", "At most 64."),
        Differs("proxy-protocol", "Lists of patterns/ are not read."),
        Differs("tls-alpn", "h2 and http/1.1 are read, and h2 goes first."),
        Differs("forwarded-for", "With false pods do not see what the client sent either."),
        Differs("cors-allow-credentials", "With all origins it is told, because browsers refuse such answers."),
        Differs("cors-respond-to-options", "Only requests of allowed origins are answered. Without it preflight requests are."),
        Differs("load-balance", "Hashes are consistent; static-rr is roundrobin; random(N) draws two, whatever N; options of uri and hdr are passed over, and there is no rdp-cookie."),
        Differs("check", "It is off without being asked for: pods that are not ready get no requests anyway."),
        Differs("check-http", "Requests are always HTTP/1.1, with a Host header, and the methods are GET, HEAD, OPTIONS and POST."),
        Differs("cookie-persistence", "It counts on an Ingress, too, and the cookie is HttpOnly unless session-cookie-http-only says otherwise."),
        Differs("cookie-persistence-no-dynamic", "As cookie-persistence."),
        Differs("rate-limit-requests", "It counts for each Ingress by itself, and requests that are refused do not count."),
        Differs("rate-limit-period", "It is in tenths of a second, up to a day, and rounded up to one of those that there are. Without it 1s."),
        Differs("rate-limit-size", "It is a setting of the ConfigMap only."),
        Differs("rate-limit-status-code", "From 400 to 599. In the ConfigMap the default is 429 instead of 403."),
        Differs("rate-limit-whitelist", "patterns/KEY is a key of the ConfigMap that pattern-files names."),
        Differs("pod-maxconn", "The limit is that of each HAProxy, and not divided among several."),
        Differs("server-ca", "ca.crt goes before tls.crt. Without a usable Secret requests get 503; one of another namespace needs a ReferenceGrant."),
        Differs("server-crt", "Without a usable Secret requests get 503; one of another namespace needs a ReferenceGrant."),
        Differs("server-proto", "fcgi needs fcgi-docroot, without which requests get 503."),
        Differs("timeout-server", "The default is 60 s instead of 50 s."),
        Differs("timeout-client", "The default is 60 s instead of 50 s."),
    ];

    /// <summary>Keys that no setting reads.</summary>
    private static readonly ForeignKey[] Unread =
    [
        .. AllRefused(MissingGuard, "client-ca").Select(key => key with { IsGuard = true }),
        .. AllRefused(Missing, "client-crt-optional", "client-strict-sni").Select(key => key with { BuiltIn = "false" }),
        Refused("ssl-passthrough", Missing) with { BuiltIn = "false" },
        .. AllRefused(Missing, "generate-certificates-signer", "quic-alt-svc-max-age"),
        Ignored("clean-certs", "Certificates that nobody asks for are always removed.") with { BuiltIn = "true" },
        Ignored("scale-server-slots", NoSlots),
        Ignored("servers-increment", NoSlots),
        Ignored("server-slots", NoSlots),
        Ignored("standalone-backend", "Ingresses with other settings for a Service have backends of their own."),
        Refused("route-acl", Snippets) with { IsGuard = true, IsGlobal = false },
        .. AllRefused(Objects, "cr-backend", "cr-global", "cr-defaults", "cr-frontend-http", "cr-frontend-https", "cr-frontend-stats"),
        .. AllRefused(Snippets, "backend-config-snippet", "global-config-snippet", "frontend-config-snippet", "stats-config-snippet"),
        .. AllRefused(NoLog, "request-capture", "request-capture-len", "log-format", "log-format-tcp", "syslog-server"),
        Refused("dontlognull", NoLog) with { BuiltIn = "true" },
        Refused("logasap", NoLog) with { BuiltIn = "false" },
        Refused("prometheus-endpoint-auth-secret", "Metrics are for the cluster's own network."),
        Refused("--configmap-tcp-services", "Only HTTP is served."),
        Refused("--configmap-errorfiles", "The setting is error-pages, which reads the same ConfigMap."),
        Refused("--configmap-patternfiles", "The setting is pattern-files, which reads the same ConfigMap."),
    ];

    private static readonly FrozenDictionary<string, Setting> Settings = SettingCatalog.All
        .SelectMany(setting => setting.Aliases.Where(alias => alias.Dialect == Dialect.HaproxyOrg), (setting, alias) => KeyValuePair.Create(alias.Name, setting))
        .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>All of them, in the order of their names.</summary>
    public static IReadOnlyList<ForeignKey> All { get; } = [.. Keys().OrderBy(key => key.Name, StringComparer.Ordinal)];

    /// <summary>The setting that reads a key; null if none does.</summary>
    public static Setting? SettingOf(string name) => Settings.GetValueOrDefault(name);

    /// <summary>The name in the key of an annotation, under whichever prefix it may stand.</summary>
    public static string NameIn(string key) =>
        Dialect.HaproxyOrg.OtherPrefixes.Prepend(Dialect.HaproxyOrg.Prefix).Where(prefix => key.StartsWith(prefix, StringComparison.Ordinal)).Select(prefix => key[prefix.Length..]).First();

    /// <summary>A key that no setting reads in this place, though theirs does; null if it is none.</summary>
    public static ForeignKey? UnreadKey(string name, Scopes scope) => SettingOf(name) is { } setting
        ? setting.Scopes.HasFlag(scope) ? null : Array.Find(Unread, key => key.Name == name) ?? Refused(name, setting.Scopes == Scopes.Global ? "It stands in the ConfigMap only." : "It belongs on the Ingress.")
        : Array.Find(Unread, key => key.Name == name);

    private static IEnumerable<ForeignKey> Keys()
    {
        var names = SettingCatalog.All.SelectMany(setting => setting.Aliases)
            .Where(alias => alias.Dialect == Dialect.HaproxyOrg).Select(alias => alias.Name).ToHashSet(StringComparer.Ordinal);
        return names.Select(name => Array.Find(Differing, key => key.Name == name) ?? new ForeignKey(name, Verdict.Same, ""))
            .Concat(Unread.Where(key => !names.Contains(key.Name)));
    }

    private static ForeignKey Differs(string name, string reason) => new(name, Verdict.Differs, reason);

    private static ForeignKey Ignored(string name, string reason) => new(name, Verdict.Ignored, reason);

    private static ForeignKey Refused(string name, string reason) => new(name, Verdict.Refused, reason);

    private static IEnumerable<ForeignKey> AllRefused(string reason, params IEnumerable<string> names) => names.Select(name => new ForeignKey(name, Verdict.Refused, reason));
}
