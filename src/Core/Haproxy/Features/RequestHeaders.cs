using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Haproxy.Features;

/// <summary>
/// Header fields that pods see otherwise: REMOVED|SET|ADDED. What a pod is not to believe of a client must not come to it under
/// a name that is the same to the pod either.
/// </summary>
internal sealed class RequestHeaders() : RouteFeature("requestheaders")
{
    public override FeatureData? Data(RoutePolicy policy) => policy.RequestHeaders is { } changes
        ? new FeatureData(HeaderRules.Value(changes with { Removed = WithTwins(changes) }))
        : null;

    public override IEnumerable<string> RequestRules(string scheme, Layout layout) =>
        HeaderRules.Rules("http-request", "requestheaders", ValueLookup(layout), Asked);

    private static EquatableArray<string> WithTwins(HeaderChanges changes) =>
        changes.Removed.Concat(changes.Removed.Concat(changes.Set.Select(line => line.Name)).SelectMany(HeaderTwins.Folded)).Distinct(StringComparer.Ordinal).ToEquatableArray();
}

/// <summary>Header fields that clients see otherwise: REMOVED|SET|ADDED.</summary>
internal sealed class ResponseHeaders() : RouteFeature("responseheaders")
{
    public override FeatureData? Data(RoutePolicy policy) =>
        policy.ResponseHeaders is { } changes ? new FeatureData(HeaderRules.Value(changes)) : null;

    public override IEnumerable<string> ResponseRules(Layout layout) =>
        HeaderRules.Rules("http-after-response", "responseheaders", ValueLookup(layout), Asked);
}

/// <summary>The rules that change header fields by lists that are data, which HAProxy takes since 3.4.</summary>
internal static class HeaderRules
{
    public static string Value(HeaderChanges changes) =>
        $"{BinaryText.Of(changes.Removed)}|{BinaryText.Of(changes.Set)}|{BinaryText.Of(changes.Added)}";

    public static IEnumerable<string> Rules(string ruleset, string variable, string lookup, string asked)
    {
        string Change(string action, int field) =>
            $"{ruleset} {action} var(txn.{variable}),field({field},|),b64dec if {asked} {{ var(txn.{variable}),field({field},|) -m len gt 0 }}";
        return
        [
            ".if version_atleast(3.4)",
            $"{ruleset} set-var(txn.{variable}) {lookup} if {asked}",
            Change("del-headers-bin", 1),
            Change("set-headers-bin", 2),
            Change("add-headers-bin", 3),
            ".endif",
        ];
    }
}
