using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Core.Translation;

/// <summary>Which Ingresses are ours: by class name, by the older annotation, or by default class.</summary>
/// <param name="Ours">The names of the classes that are ours.</param>
/// <param name="HasDefault">Whether one of them is the default class.</param>
public sealed record ClassSelection(EquatableArray<string> Ours, bool HasDefault)
{
    public static ClassSelection Of(ClusterSnapshot cluster, TranslationOptions options)
    {
        var classes = cluster.IngressClasses.Values.ToList();
        var ours = classes.Where(ingressClass => ingressClass.Controller == TranslationOptions.ControllerName).ToList();
        if (ours.Count == 0 && options.ImpliedClass is { } implied && !cluster.IngressClasses.ContainsKey(implied))
        {
            return new ClassSelection([implied], HasDefault: !classes.Exists(ingressClass => ingressClass.IsDefault));
        }

        return new ClassSelection(
            ours.Select(ingressClass => ingressClass.Name).Order(StringComparer.Ordinal).ToEquatableArray(),
            ours.Exists(ingressClass => ingressClass.IsDefault));
    }

    /// <summary>Whether an Ingress is ours.</summary>
    public bool Includes(IngressResource ingress, List<Finding> findings)
    {
        var annotated = ingress.Annotations[IngressResource.ClassAnnotation];
        if (ingress.NamedClass is not { } name)
        {
            return HasDefault;
        }

        var ours = Ours.Contains(name);
        var mismatch = annotated is not null && ingress.ClassName is not null && annotated != ingress.ClassName;
        if (mismatch && (ours || Ours.Contains(ingress.ClassName!)))
        {
            findings.Add(new Finding(ingress.Ref, "spec.ingressClassName", FindingCode.ClassMismatch,
                $"the annotation {IngressResource.ClassAnnotation} names another class; the annotation is used, so this Ingress is {(ours ? "" : "not ")}served here"));
        }

        return ours;
    }
}
