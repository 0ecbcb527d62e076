using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Haproxy.Features;

/// <summary>
/// The tables that requests are counted in, and the keys of the counts. A key is a digest of the Ingress and of what its
/// requests are counted by: no text of a client takes more room than another, and none can be read back. The tables
/// stand in a section of peers, so that a worker gives them to the one that takes its place.
/// </summary>
internal static class Counts
{
    /// <summary>The name of the section that holds the tables.</summary>
    public const string Section = "limits";

    /// <summary>The table of requests in progress.</summary>
    public const string InProgress = $"{Section}/inprogress";

    // A burst must even out over a time that is at least so much longer.
    private const int LeastRatio = 6;

    // Every program has tables for these.
    private static readonly TimeSpan[] Usual =
    [
        TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromDays(1),
    ];

    private static readonly (string Name, TimeSpan Length)[] Units =
    [
        ("d", TimeSpan.FromDays(1)), ("h", TimeSpan.FromHours(1)), ("m", TimeSpan.FromMinutes(1)), ("s", TimeSpan.FromSeconds(1)), ("ms", TimeSpan.FromMilliseconds(1)),
    ];

    /// <summary>The times that there are tables for, as HAProxy writes them.</summary>
    public static IEnumerable<string> Windows(GlobalPolicy policy) => All(policy).Select(Text);

    /// <summary>The times that a limit counts in and that not every program has tables for.</summary>
    public static IEnumerable<TimeSpan> RareWindows(RateLimit limit) =>
        (limit.Burst > 0 ? new[] { limit.Period, Longer(limit.Period) } : [limit.Period]).Except(Usual);

    public static string Text(TimeSpan period)
    {
        var (name, length) = Array.Find(Units, unit => period.Ticks % unit.Length.Ticks == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{period.Ticks / length.Ticks}{name}");
    }

    /// <summary>The time over which a burst must even out.</summary>
    public static TimeSpan Longer(TimeSpan period) =>
        Array.Find(Usual, window => window >= LeastRatio * period) is { Ticks: > 0 } window ? window : LeastRatio * period;

    private static IEnumerable<TimeSpan> All(GlobalPolicy policy) => Usual.Concat(policy.RareWindows);

    /// <summary>The table in which a replica counts what came in a period. HAProxy gives each table to the others, which only read it.</summary>
    public static string Table(string period, Endpoint? replica) => $"{Section}/{Name(period, replica)}";

    /// <summary>The sections of the program.</summary>
    public static IEnumerable<Section> Sections(GlobalPolicy policy, Layout layout) =>
        layout.PeerAddress is { } own ? [Tables(policy, layout), .. Entrance(own, policy, layout)] : [Tables(policy, layout)];

    private static string Name(string period, Endpoint? replica) => replica is { } address ? $"rate{period}-{Names.Peer(address)}" : $"rate{period}";

    // A count is kept as long as it can matter: for two periods. What is in progress is not shared, HAProxy cannot.
    private static Section Tables(GlobalPolicy policy, Layout layout) => new($"peers {Section}", $"""
        peers {Section}
          bind unix@{layout.PeersSocket} mode 600
          server {Names.Peer(layout.PeerAddress)}
          table inprogress type binary len 16 size {policy.RateLimitSize} expire 1m store conn_cur
        {string.Join('\n', TablesOf(layout.PeerAddress, policy).Concat(policy.Peers.SelectMany(peer =>
            TablesOf(peer, policy).Prepend($"  server {Names.Peer(peer)} {Names.Address(peer)} source {layout.PeerAddress?.Address}"))))}

        """);

    private static IEnumerable<string> TablesOf(Endpoint? replica, GlobalPolicy policy) => All(policy).Select(window =>
        $"  table {Name(Text(window), replica)} type binary len 16 size {policy.RateLimitSize} expire {(int)Math.Ceiling((2 * window).TotalSeconds)}s store gpc(1),gpc_rate(1,{Text(window)})");

    // A section of peers has one socket only, and a worker gives its counts to the next one by that in the state folder.
    private static IEnumerable<Section> Entrance(Endpoint own, GlobalPolicy policy, Layout layout) =>
    [
        new("defaults tcp", """
            defaults tcp
              mode tcp
              timeout connect 5s
              timeout client 10s
              timeout server 10s

            """),
        new("frontend peers", $"""
            frontend peers from tcp
              bind {Names.Address(own)}
              tcp-request connection reject{(policy.Peers.Count == 0 ? "" : $" unless {{ src {string.Join(' ', policy.Peers.Select(peer => peer.Address).Distinct())} }}")}
              default_backend counts

            """),
        new("backend counts", $"""
            backend counts from tcp
              server own unix@{layout.PeersSocket}

            """),
    ];

    /// <summary>What the key is made from, as the first three fields of a feature's value: OWNER|BY|HEADER.</summary>
    public static string KeyData(ResourceRef owner, CountKey by)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(owner.ToString())));
        return $"{digest[..16]}|{by.Kind.ToString().ToLowerInvariant()}|{by.Header}";
    }

    /// <summary>Rules that set <c>txn.NAMEkey</c> from the feature's value in <c>txn.NAME</c> and the client in <c>txn.NAMEclient</c>.</summary>
    public static IEnumerable<string> KeyRules(string name, string condition)
    {
        var byHeader = $"{condition} {{ var(txn.{name}),field(2,|) -m str header }}";

        // The header whose name stands before all headers: HAProxy has no other way to find one by a name that is data.
        const string First = """'regsub("^\n([^\n]*)\n(?s:.*?)\n\1:[ \t]*([^\r\n \t][^\r\n]*)\r?\n(?s:.*)$","h\2")'""";
        return
        [
            $"http-request set-var(txn.{name}key) var(txn.{name}client),bytes(0,17) if {condition}",
            $"http-request set-var(txn.{name}key) str(all) if {condition} {{ var(txn.{name}),field(2,|) -m str ingress }}",
            $"http-request set-var(txn.{name}header) var(txn.{name}),field(3,|) if {byHeader}",
            $"http-request set-var(txn.{name}headers) req.hdrs if {byHeader}",
            $"http-request set-var(txn.{name}given) str(\"\\n\"),concat(,txn.{name}header,\"\\n\\n\"),concat(,txn.{name}headers),{First} if {byHeader}",
            $"http-request set-var(txn.{name}key) var(txn.{name}given) if {condition} {{ var(txn.{name}given) -m beg h }}",
            $"http-request set-var(txn.{name}key) var(txn.{name}),field(1,|),concat(:,txn.{name}key),sha2(256),bytes(0,16) if {condition}",
        ];
    }
}
