using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Core.Translation;

/// <summary>
/// Checks one object by itself: what is wrong with it whatever other objects there are. It is translated as if it were
/// alone, so that nothing is found here that is not found in a cluster, and nothing is judged twice.
/// </summary>
public static class ObjectCheck
{
    /// <param name="resource">The object. An Ingress counts as ours, whatever class it names.</param>
    /// <param name="options">What the operator chose.</param>
    public static EquatableArray<Finding> Check(Resource resource, TranslationOptions options)
    {
        var alone = ClusterSnapshot.Empty;
        var (cluster, chosen) = resource switch
        {
            IngressResource ingress => (
                alone with { Ingresses = alone.Ingresses.SetItem(ingress.Id, ingress) }, options with { ImpliedClass = ingress.NamedClass ?? "any" }),
            ConfigMapResource config => (
                alone with { ConfigMaps = alone.ConfigMaps.SetItem(config.Id, config) }, options with { ConfigFile = null }),
            ServiceResource service => (alone with { Services = alone.Services.SetItem(service.Id, service) }, options),
            _ => (alone, options),
        };
        return Translator.Translate(cluster, chosen).Findings
            .Where(finding => finding.Object == resource.Ref && !finding.Code.DependsOnOthers)
            .ToEquatableArray();
    }
}
