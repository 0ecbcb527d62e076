using System.Globalization;
using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>
/// Answers are kept for the next one who asks for the same host and target, as far as they may be by what they say
/// themselves (RFC 9111). What is for one client alone, or for some, is not: not where credentials are checked, nor with a
/// canary or shares. It comes before paths and hosts are changed for pods, because a kept answer is found by them.
/// </summary>
internal sealed class Caching() : RouteFeature("cache")
{
    /// <summary>The name of the section.</summary>
    public const string Section = "answers";

    private static readonly string[] HowLong = ["{ res.hdr(cache-control) -i -m sub max-age= s-maxage= }", "{ res.hdr(expires) -m found }"];

    public override Filter? Needs => Filter.Cache;

    public override bool IsSparedWithoutFilter => true;

    /// <summary>The section of the program.</summary>
    public static string Text(CachePolicy policy) => string.Create(CultureInfo.InvariantCulture, $"""
        cache {Section}
          total-max-size {policy.Megabytes}
          max-object-size {policy.LargestObject}
          max-age {policy.MaxAge}
          process-vary on

        """);

    public override FeatureData? Data(RoutePolicy policy) => policy is { IsCached: true, Authentication: null, Canary: null, Shares.Count: 0 } ? new FeatureData() : null;

    public override IEnumerable<string> RequestRules(string scheme, Layout layout) => [$"http-request cache-use {Section} if {Asked}"];

    // A cookie is for one client. Of an answer that does not say how long it holds HAProxy would keep those with an ETag.
    public override IEnumerable<string> PodResponseRules(Layout layout) =>
        HowLong.Select(told => $"http-response cache-store {Section} if {Asked} !{{ res.hdr(set-cookie) -m found }} {told}");
}
