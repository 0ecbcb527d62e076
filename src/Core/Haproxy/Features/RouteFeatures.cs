using System.Globalization;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Haproxy.Features;

/// <summary>All that routes can ask for, in the order in which a request meets it.</summary>
internal static class RouteFeatures
{
    // How many features stand between two points where a request leaves that asks for none of the rest.
    private const int Group = 4;

    private static readonly IReadOnlyList<RouteFeature> All = [new Closed(), new HttpsRedirect(), new AccessControl(), new Canaries(), new HashKeys(), new SessionCookies(), new BackendTimeouts(), new ClearHttp2()];

    /// <summary>What a policy becomes: which features it asks for, and its data. The name of the first set is the policy's.</summary>
    public static (long Flags, EquatableArray<DataSet> Sets) Render(RoutePolicy policy)
    {
        var (flags, sets, values) = (0L, new List<DataSet>(), new List<(string, string)>());
        for (var index = 0; index < All.Count; index++)
        {
            if (All[index].Data(policy) is not { } data)
            {
                continue;
            }

            flags |= 1L << index;
            sets.AddRange(data.Sets);
            if (data.Value is { } value)
            {
                values.Add((All[index].Name, value));
            }
        }

        return (flags, values.Count == 0 ? sets.ToEquatableArray() : [DataSet.Of(MapName.Policies, values), .. sets]);
    }

    /// <summary>The rules for requests, after the route is known: flags in txn.flags, the policy's name in txn.policy.</summary>
    public static IEnumerable<string> RequestRules(string scheme, Layout layout)
    {
        foreach (var (feature, index) in All.Select((feature, index) => (feature, index)))
        {
            if (index % Group == 0)
            {
                yield return $"http-request allow if !{{ var(txn.flags),and({Number(-1L << index & LargestMask)}) -m bool }}";
            }

            yield return $"acl {feature.Asked} var(txn.flags),and({Number(1L << index)}) -m bool";
            foreach (var rule in feature.RequestRules(scheme, layout))
            {
                yield return rule;
            }
        }
    }

    public static IEnumerable<string> ResponseRules(Layout layout) => Guarded("http-after-response", All.SelectMany(feature => feature.ResponseRules(layout)));

    public static IEnumerable<string> BackendRules(Layout layout) => Guarded("http-request", All.SelectMany(feature => feature.BackendRules(layout)));

    // HAProxy's whole numbers have a sign.
    private const long LargestMask = long.MaxValue;

    // Requests of plain routes are past all of them by one question.
    private static IEnumerable<string> Guarded(string ruleset, IEnumerable<string> rules) =>
        rules.ToList() is { Count: > 0 } some ? [$"{ruleset} allow unless {{ var(txn.flags) -m found }}", .. some] : [];

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
