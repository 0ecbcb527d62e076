using System.Globalization;
using Sluice.Core.Haproxy.Features;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Haproxy;

/// <summary>
/// Writes HAProxy's program: the part of its configuration that does not depend on any Ingress. Requests find their
/// way by map files; the order of the rules is explained where it matters.
/// </summary>
internal static class ProgramWriter
{
    public static EquatableArray<Section> Write(GlobalPolicy policy, EquatableArray<Section> rareProfiles, EquatableArray<Filter> filters, Layout layout) =>
    [
        new Section("global", Global(policy, layout)),
        .. Counts.Sections(policy, layout),
        .. filters.Contains(Filter.Cache) ? [new Section($"cache {Caching.Section}", Caching.Text(policy.Cache))] : Array.Empty<Section>(),
        new Section("defaults base", BaseDefaults(policy, layout)),
        .. Profile.Usual.Select(profile => profile.Section(layout)).Concat(rareProfiles).Select(section => Profile.WithLines(section, Own(policy.Snippets.Backend))),
        new Section("frontend http", Frontend("http", [$"bind {layout.Listen(layout.HttpPort)}"], policy, filters, layout)),
        new Section("frontend https", Frontend(
            "https", [$"bind {layout.Listen(layout.HttpsPort)} ssl crt-list {layout.CertificateList} alpn {string.Join(',', policy.TlsAlpn)}"], policy, filters, layout)),
        .. layout.HealthPort is { } port ? [new Section("frontend health", Health(layout.Listen(port)))] : Array.Empty<Section>(),
        new Section($"backend {Names.Unavailable}", Unavailable),
        new Section($"backend {Names.Refused}", Refusals.Section()),
        .. filters.SelectMany(filter => AgentProgram.Sections(filter, layout)),
    ];

    // HAProxy runs with a complete state or not at all, so that it answers is enough. Only while the controller says that
    // this HAProxy is about to go (HaproxyHealth), it asks not to be sent more.
    private static string Health(string listen) => $$"""
        frontend health from base
          bind {{listen}}
          monitor-uri /healthz
          monitor fail if { var(proc.draining) -m bool }
          http-request return status 404

        """;

    // Listeners, sockets for commands and each thread's own: what HAProxy takes off before it halves the rest.
    private const int OtherFiles = 100;

    // A worker that was replaced goes on with the connections it has, but not for ever, and beside one more of its kind.
    // The limit of files is what the limit of connections is set by: HAProxy makes "maxconn" half of it, and takes less
    // where the container may open fewer. With a "maxconn" of ours it would not start there, and with neither it would
    // take half a million where it may open a million, which no container has the memory for.
    // Beside a body that fills its buffer, "maxrewrite" is the room for headers that we add. Without a greater one, a
    // response with 1.5 kB of them failed now and then. The rest of the buffer is as large as by default.
    private static string Global(GlobalPolicy policy, Layout layout) => $"""
        # Written by sluice. Changes made here are lost.
        # Countries: {policy.Countries ?? "none"}.
        global
          stats socket {layout.RuntimeSocket} mode 600 level admin expose-fd listeners
          stats timeout 1d
          stats-file {layout.CountersFile}
          server-state-file {layout.ServersFile}
          localpeer {Names.Peer(layout.PeerAddress)}
          hard-stop-after {Time(policy.Timeouts.HardStop)}
          mworker-max-reloads 2
          fd-hard-limit {(2 * policy.MaxConnections) + OtherFiles}
          expose-experimental-directives
          tune.bufsize 17408
          tune.maxrewrite 2048
          ssl-default-bind-options ssl-min-ver TLSv1.2
          ca-base {layout.PemDir}
          crt-base {layout.PemDir}
          set-var-fmt proc.id "%[uuid,bytes(0,13)]"
          {EvenDraw.Beginning(Canaries.Draw)}
          {EvenDraw.Beginning(Shares.Draw)}
          set-var proc.mirrordraw int(0)
        {Lines([.. ThreadLines(policy.Threads), .. Own(policy.Snippets.Global)])}

        """;

    private static string BaseDefaults(GlobalPolicy policy, Layout layout) => $"""
        # Pages that we answer with ourselves carry the request's id, which is the one that the pod sees.
        defaults base
          mode http
        {Lines(TimeoutLines(policy.Timeouts))}
          timeout server 60s
          timeout tunnel 1h
          load-server-state-from-file global
          .if version_atleast(3.3)
          default-server {ServerKeywords.UnnamedCheck}
          .endif
        {Lines([.. ModeLines(policy.ConnectionMode), .. ErrorPages.Lines(layout), .. Own(policy.Snippets.Defaults)])}

        """;

    private static IEnumerable<string> ThreadLines(int? threads) => threads is { } number ? [string.Create(CultureInfo.InvariantCulture, $"nbthread {number}")] : [];

    private static IEnumerable<string> ModeLines(ConnectionMode mode) => mode switch
    {
        ConnectionMode.ServerClose => ["option http-server-close"],
        ConnectionMode.Close => ["option httpclose"],
        _ => [],
    };

    private static IEnumerable<string> TimeoutLines(GlobalTimeouts timeouts) =>
        from timeout in new[]
        {
            ("connect", timeouts.Connect), ("client", timeouts.Client), ("http-request", timeouts.HttpRequest),
            ("http-keep-alive", timeouts.HttpKeepAlive), ("queue", timeouts.Queue), ("client-fin", timeouts.ClientFin), ("server-fin", timeouts.ServerFin),
        }
        where timeout.Item2 is not null
        select $"timeout {timeout.Item1} {Time(timeout.Item2)}";

    private static string Time(TimeSpan? time) => time is { } given ? ConfigWriter.Time(given) : "0";

    private const string Unavailable = $"""
        backend {Names.Unavailable} from base
          http-request return status 503 default-errorfiles

        """;

    private static string Frontend(string scheme, string[] head, GlobalPolicy policy, EquatableArray<Filter> filters, Layout layout) => $"""
        frontend {scheme} from base
        {Lines([.. head, $"guid {Names.Guid("f", scheme)}", .. ProxyProtocol(policy), .. filters.SelectMany(filter => FilterLines(filter, layout))])}

        {ForwardedHeaders(scheme, policy, layout)}
        {Lines(Own(policy.Snippets.Frontend))}
        {Routing(layout)}
        {Lines([.. RealClient(policy), .. RouteFeatures.RequestRules(scheme, policy, filters, layout)])}
        {ServerHeader(policy)}
        {Lines(RouteFeatures.ResponseRules(filters, layout))}
          use_backend %[var(txn.route)]
          default_backend {Names.Unavailable}

        """;

    // In this order: what is kept is not compressed, and what is slowed down is what goes out.
    private static IEnumerable<string> FilterLines(Filter filter, Layout layout) => filter switch
    {
        Filter.Agent => AgentProgram.Attach(Names.Agent, layout),
        Filter.Mirror => AgentProgram.Attach(Names.Copies, layout),
        Filter.Cache => [$"filter cache {Caching.Section}"],
        Filter.Bandwidth => [$"filter bwlim-out {BandwidthLimiting.FilterName} default-limit 1g default-period 1s"],
        _ => ["filter compression"],
    };

    // HAProxy holds header names in lower case. To remove all in one pass and add is cheaper than to set one by one. Pods may take names for
    // the same that differ in '-', '_' and the like, as in variables of CGI and WSGI.
    private const string OurHeaders = "^x[^a-z0-9](forwarded[^a-z0-9](for|proto|host|port)|real[^a-z0-9]ip|request[^a-z0-9]id)$";

    // Unique among all workers there are: a random part of each worker's own, the second, and the worker's count of requests.
    // A UUID for each request would cost half as much as all other headers together.
    private const string NewId = "%[var(proc.id)]-%Ts-%rt";

    // Of proxies one behind the other, of which each is trusted, with the client before them.
    private const int LongestChain = 6;

    private static string ForwardedHeaders(string scheme, GlobalPolicy policy, Layout layout)
    {
        var port = scheme == "http" ? layout.PublicHttpPort : layout.PublicHttpsPort;
        return policy.TrustedProxies.Count == 0
            ? $"""
                # Nobody is trusted: what clients say of themselves is replaced.
                http-request del-header {ConfigWriter.Quote(OurHeaders)} -m reg
                unique-id-format {NewId}
                unique-id-header X-Request-ID
                http-request add-header X-Forwarded-For %[src]
                http-request add-header X-Forwarded-Proto {scheme}
                http-request add-header X-Forwarded-Host %[req.fhdr(host,1)]
                http-request add-header X-Forwarded-Port {port}
                http-request add-header X-Real-IP %[req.fhdr(x-forwarded-for,1)]

              """
            : $$"""
                # A trusted proxy's headers are kept; everyone else's are replaced.
              {{Trusted(policy)}}
                http-request set-var(txn.id) req.hdr(x-request-id) if trusted { req.hdr(x-request-id) -m reg ^[A-Za-z0-9._:+/=@-]{1,128}$ }
                http-request set-var-fmt(txn.id) {{NewId}} unless { var(txn.id) -m found }
                http-request del-header X-Request-ID
                unique-id-format %[var(txn.id)]
                unique-id-header X-Request-ID
                http-request set-header X-Real-IP %[req.hdr_ip(x-forwarded-for,-1)] if trusted !{ req.hdr(x-real-ip) -m found } { req.hdr_ip(x-forwarded-for,-1) -m found }
                http-request del-header {{ConfigWriter.Quote(OurHeaders)}} -m reg unless trusted
                http-request set-var(txn.joined) bool(true) if { req.fhdr_cnt(x-forwarded-for) eq 1 }
                http-request set-header X-Forwarded-For "%[req.fhdr(x-forwarded-for)], %[src]" if { var(txn.joined) -m bool }
                http-request add-header X-Forwarded-For %[src] unless { var(txn.joined) -m bool }
                http-request set-header X-Forwarded-Proto {{scheme}} if !trusted || !{ req.hdr(x-forwarded-proto) -m found }
                http-request set-header X-Forwarded-Host %[req.hdr(host)] if !trusted || !{ req.hdr(x-forwarded-host) -m found }
                http-request set-header X-Forwarded-Port {{port}} if !trusted || !{ req.hdr(x-forwarded-port) -m found }
                http-request set-header X-Real-IP %[src] if !trusted || !{ req.hdr(x-real-ip) -m found }

              """;
    }

    // HAProxy takes 64 words in a line; an ACL of several lines holds where one of them does.
    private static string Trusted(GlobalPolicy policy) => Lines(Acl("trusted", policy.TrustedProxies));

    private static IEnumerable<string> Acl(string name, EquatableArray<Cidr> clients) => clients.Chunk(32).Select(blocks => $"acl {name} src {string.Join(' ', blocks)}");

    private static IEnumerable<string> ProxyProtocol(GlobalPolicy policy) =>
        policy.ProxyProtocol.Count == 0 ? [] : [.. Acl("proxied", policy.ProxyProtocol), "tcp-request connection expect-proxy layer4 if proxied"];

    // Behind trusted proxies, what a route asks for is about the client: the last address that no trusted proxy has. The
    // chain is X-Forwarded-For, to which the one that is connected was added; each is believed as far as it is trusted.
    private static IEnumerable<string> RealClient(GlobalPolicy policy) => policy.TrustedProxies.Count == 0 ? [] :
    [
        $"http-request set-var({ClientSource.TrustedPeer}) bool(true) if trusted",
        "http-request set-var(txn.hop) int(1)",
        .. Enumerable.Range(2, LongestChain - 1).SelectMany(hop => new[]
        {
            $"http-request set-var(txn.hop) int({hop}) if trusted {{ var(txn.hop) -m int {hop - 1} }} {{ req.hdr_ip(x-forwarded-for,-{hop}) -m found }}",
            $"http-request set-src req.hdr_ip(x-forwarded-for,-{hop}) if {{ var(txn.hop) -m int {hop} }}",
        }),
    ];

    private static string Routing(Layout layout)
    {
        var routes = $"opt@{layout.MapFile(MapName.Routes)}";
        var wildcards = $"opt@{layout.MapFile(MapName.Wildcards)}";
        var defaults = $"opt@{layout.MapFile(MapName.Defaults)}";
        var regex = $"opt@{layout.MapFile(MapName.Regex)}";
        return $$"""
              # The usual request: a known host as we spell it, a path in normal form, a plain route. One lookup, and out.
              acl odd path -m sub // /. % \\
              acl routed var(txn.route) -m found
              acl flagged var(txn.route) -m end |
              acl special base,concat("/\x01"),map_beg({{routes}},|),set-var(txn.route) -m end |
              http-request allow if !odd !special routed

              # All others: the host in lower case without port and final dot, the path normalised, and again.
              # The target * of OPTIONS has no path: for it, the first path and key stay.
              http-request unset-var(txn.route) if odd || { var(txn.route) -m str | }
              http-request set-var(txn.host) req.hdr(host),host_only,lower,rtrim(.) unless routed
              http-request return status 400 default-errorfiles if !routed { var(txn.host) -m reg [^a-z0-9._:\[\]-] }
              http-request set-var(txn.odd) bool(true) if odd
              acl normalise var(txn.odd) -m bool
              http-request return status 400 default-errorfiles if normalise { path -m reg -i %(00|2f|5c|0[0-9a-f]|1[0-9a-f]|7f) }
              http-request return status 400 default-errorfiles if normalise { path -m sub \\ }
              http-request normalize-uri percent-decode-unreserved strict if normalise
              http-request normalize-uri percent-to-uppercase strict if normalise
              http-request normalize-uri path-merge-slashes if normalise
              http-request normalize-uri path-strip-dot if normalise
              http-request normalize-uri path-strip-dotdot full if normalise
              http-request set-var(txn.path) str(/) unless routed
              http-request set-var(txn.path) path unless routed
              http-request set-var(txn.key) str("/\x01") unless routed
              http-request set-var(txn.key) path,concat("/\x01") unless routed

              # Exact host, then one-label wildcard, then rules without a host; in each the tree before the regular expressions.
              http-request set-var(txn.route) var(txn.host),concat(,txn.key),map_beg({{routes}}) unless routed
              http-request set-var(txn.route) var(txn.host),concat(,txn.path),map_reg({{regex}}) unless routed
              http-request set-var(txn.domain) var(txn.host),field(2,.,0) unless routed
              http-request set-var(txn.route) var(txn.domain),concat(,txn.key),map_beg({{wildcards}}) unless routed
              http-request set-var(txn.route) str(*.),concat(,txn.domain),concat(,txn.path),map_reg({{regex}}) unless routed
              http-request set-var(txn.route) var(txn.key),map_beg({{defaults}}) unless routed
              http-request set-var(txn.route) str(*),concat(,txn.path),map_reg({{regex}}) unless routed
              http-request return status 404 default-errorfiles unless routed

              # BACKEND|POLICY|FLAGS|: what the route asks for beside a backend.
              http-request allow unless flagged
              http-request set-var(txn.flags) var(txn.route),field(3,|),add(0)
              http-request set-var(txn.policy) var(txn.route),field(2,|)
              http-request set-var(txn.route) var(txn.route),field(1,|)

            """;
    }

    private static string Lines(IEnumerable<string> rules) => string.Join('\n', rules.Select(rule => $"  {rule}"));

    // The one text of others in the program: the operator's, who chose so at start.
    private static IEnumerable<string> Own(string snippet) => snippet.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string ServerHeader(GlobalPolicy policy) => policy.ServerHeader
        ? """
            http-after-response add-header Server sluice unless { res.hdr(server) -m found }

          """
        : "";
}
