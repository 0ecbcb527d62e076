namespace Sluice.Bench.Load;

/// <summary>What one would write by hand for a single route: the same timeouts and pools as ours, and no routing at all.</summary>
internal static class HandWritten
{
    /// <summary>The two headers that nobody does without.</summary>
    public const string UsualHeaders = """
          http-request set-header X-Forwarded-Proto http
          http-request set-header X-Real-IP %[src]
        """;

    /// <summary>The headers that ours sets, too: what differs from ours then is the routing.</summary>
    public static string AllHeaders(int port) => $"""
          http-request set-header X-Request-ID %[uuid]
          http-request set-header X-Forwarded-For %[src]
          http-request set-header X-Forwarded-Proto http
          http-request set-header X-Forwarded-Host %[req.hdr(host)]
          http-request set-header X-Forwarded-Port {port}
          http-request set-header X-Real-IP %[src]
          http-after-response set-header Server sluice unless {"{ res.hdr(server) -m found }"}
        """;

    public static string Program(int port, int origin, string headers) => $"""
        defaults
          mode http
          timeout connect 5s
          timeout client 60s
          timeout server 60s
          timeout http-request 10s
          timeout http-keep-alive 60s
          timeout tunnel 1h

        frontend http
          bind 127.0.0.1:{port}
        {headers}
          default_backend app

        backend app
          balance roundrobin
          option redispatch
          retries 3
          http-reuse safe
          server origin 127.0.0.1:{origin}

        """;

    private static readonly string Page = new('x', 1024);

    /// <summary>The origin behind all of them: always the same page of 1 kB, with the headers that a web server sends.</summary>
    public static string Origin(int port) => $"""
        defaults
          mode http
          timeout connect 5s
          timeout client 60s
          timeout server 60s

        frontend origin
          bind 127.0.0.1:{port}
          http-request return status 200 content-type text/html hdr Server origin hdr Cache-Control no-cache hdr ETag \"5f1c2a9b\" string {Page}

        """;
}
