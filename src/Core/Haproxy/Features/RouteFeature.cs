using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>
/// One thing that routes can ask for: rules of the program that are always there, and data for each policy that asks.
/// The rules see <c>txn.policy</c>, the name of the policy's data; the condition <see cref="Asked"/> holds for the routes
/// that ask. Each feature has variables of its own: one that could not be set keeps what it was set to before.
/// </summary>
internal abstract class RouteFeature(string name)
{
    /// <summary>A word of lower-case letters and digits, also the key of its value in the policy's data.</summary>
    public string Name => name;

    /// <summary>Holds where the route asks for this feature.</summary>
    public string Asked => $"asks_{name}";

    /// <summary>
    /// Holds in the http frontend where a trusted proxy took the request over https; what others say was replaced before.
    /// </summary>
    protected const string OverHttps = "{ req.hdr(x-forwarded-proto) -m str https }";

    /// <summary>An expression for the value that the policy has for this feature.</summary>
    protected string ValueLookup(Layout layout) => $"var(txn.policy),concat(:{name}),map_str({MapFile(layout, MapName.Policies)})";

    protected static string MapFile(Layout layout, MapName map) => $"opt@{layout.MapFile(map)}";

    /// <summary>The filter that its rules need; null if they need none.</summary>
    public virtual Filter? Needs => null;

    /// <summary>Whether the route is served without it while the program does not have its filter.</summary>
    public virtual bool IsSparedWithoutFilter => false;

    /// <summary>What a policy asks of this feature; null if nothing.</summary>
    public abstract FeatureData? Data(RoutePolicy policy);

    /// <summary>The rules for requests, one each line.</summary>
    /// <param name="scheme">Of which frontend: http or https.</param>
    /// <param name="layout">Where things lie.</param>
    public virtual IEnumerable<string> RequestRules(string scheme, Layout layout) => [];

    /// <summary>The same, where the rules depend on what holds for all routes.</summary>
    public virtual IEnumerable<string> RequestRules(string scheme, GlobalPolicy policy, Layout layout) => RequestRules(scheme, layout);

    /// <summary>The rules for responses of pods alone, one each line.</summary>
    public virtual IEnumerable<string> PodResponseRules(Layout layout) => [];

    /// <summary>The rules for responses, one each line: those of pods and our own.</summary>
    public virtual IEnumerable<string> ResponseRules(Layout layout) => [];

    /// <summary>The rules that stand in each profile of backends, one each line.</summary>
    public virtual IEnumerable<string> BackendRules(Layout layout) => [];
}

/// <summary>What a policy gives to one feature.</summary>
/// <param name="Value">Its value in the policy's data; null if that it is asked for says all.</param>
/// <param name="Sets">Lists that it uses, which other policies may use, too.</param>
internal sealed record FeatureData(string? Value = null, params IReadOnlyList<DataSet> Sets);
