using System.Globalization;
using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>
/// Several Services share the requests that no canary took: BACKEND|WEIGHT|MARK| for each. The weights of those with a pod
/// that is ready are added up, and a number below their sum is drawn; it belongs to the first one that the sum up to it is
/// greater for. A client with a session goes where its cookie says.
/// </summary>
internal sealed class Shares() : RouteFeature("shares")
{
    /// <summary>The name of what is drawn.</summary>
    public const string Draw = "sharesdraw";

    private const string Shared = "{ var(txn.shares) -m found }";
    private const string Stuck = "{ var(txn.sharesstuck) -m found }";
    private const string Drawn = $"{Shared} !{Stuck}";

    public override FeatureData? Data(RoutePolicy policy) => policy.Shares.Count == 0
        ? null
        : new FeatureData(string.Concat(policy.Shares.Select(Text)));

    public override IEnumerable<string> RequestRules(string scheme, Layout layout) =>
    [
        $"http-request set-var(txn.shares) {ValueLookup(layout)} if {Asked} !{{ var({Canaries.Taken}) -m bool }}",
        $"http-request set-var(txn.route) str({Names.Unavailable}) if {Shared}",
        $"http-request set-var(txn.sharessum) int(0) if {Shared}",
        .. Enumerable.Range(1, ServiceShare.Most).SelectMany(Weighed),
        .. EvenDraw.Rules(Draw, Drawn),
        $"http-request set-var(txn.sharespoint) var(txn.{Draw}),mul(txn.sharessum),div({EvenDraw.All}) if {Drawn}",
        .. Enumerable.Range(1, ServiceShare.Most).Reverse().Select(Chosen),
        $"http-request set-var(txn.route) var(txn.sharesstuck) if {Stuck}",
    ];

    private static string Text(ServiceShare share) => string.Create(
        CultureInfo.InvariantCulture, $"{(share.Backend is { } id ? Names.Backend(id) : "")}|{share.Weight}|{SessionCookies.Mark(share.Service)}|");

    private static IEnumerable<string> Weighed(int which)
    {
        var (weight, mark) = ($"var(txn.shares),field({(3 * which) - 1},|)", $"var(txn.shares),field({3 * which},|)");
        var isReady = $"{{ var(txn.shares{which}),nbsrv gt 0 }}";
        return
        [
            $"http-request set-var(txn.shares{which}) var(txn.shares),field({(3 * which) - 2},|) if {Shared}",
            $"http-request set-var(txn.sharessum) {weight},add(txn.sharessum) if {Named(which)} {isReady}",
            $"http-request set-var(txn.sharesupto{which}) var(txn.sharessum) if {Named(which)}",
            $"http-request set-var(txn.sharesstuck) var(txn.shares{which}) if {Named(which)} {{ {mark},strcmp({SessionCookies.At}) eq 0 }} {{ {weight},add(0) gt 0 }} {isReady}",
        ];
    }

    // From the last one on, so that the first one counts.
    private static string Chosen(int which) =>
        $"http-request set-var(txn.route) var(txn.shares{which}) if {Named(which)} !{Stuck} {{ var(txn.sharespoint),sub(txn.sharesupto{which}) lt 0 }}";

    // There may be fewer, and one that may not be spoken to has no name.
    private static string Named(int which) => $"{{ var(txn.shares{which}) -m len gt 0 }}";
}
