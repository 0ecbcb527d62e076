using Sluice.Core.Annotations;
using Sluice.Core.Values;

namespace Sluice.Core.Translation;

/// <summary>The objects of a kind that settings of an object name. It is kept which were asked for, so that they are followed.</summary>
/// <param name="kind">Secret or ConfigMap.</param>
/// <param name="references">Which ones of other namespaces may be used.</param>
/// <param name="findings">Where it is told what is wrong.</param>
internal sealed class AskedObjects(string kind, References references, List<Finding> findings)
{
    private readonly SortedSet<NamespacedName> asked = [];

    /// <summary>What was asked for, there or not.</summary>
    public EquatableArray<NamespacedName> Asked => asked.ToEquatableArray();

    /// <summary>
    /// Asks for the object that a setting names. Returns its name; null if the object which has the setting may not use it, which
    /// is told then. What is not granted is not even read; the operator, whose the ConfigMap is, needs no grant.
    /// </summary>
    /// <param name="settings">What is set.</param>
    /// <param name="setting">The setting.</param>
    /// <param name="from">What it names, as seen from a namespace.</param>
    /// <param name="toldTo">The object that is told.</param>
    /// <param name="meanwhile">What happens where it may not be used.</param>
    public NamespacedName? Ask(SettingLayers settings, Setting setting, Func<string, NamespacedName> from, ResourceRef toldTo, string meanwhile)
    {
        var owner = settings.SourceOf(setting) ?? toldTo;
        var name = from(owner.Name.Namespace);
        if (owner.Kind != "ConfigMap" && !references.Allow(owner.Name.Namespace, kind, name))
        {
            settings.Report(toldTo, FindingCode.ReferenceNotGranted,
                $"{kind} {name} is of another namespace, and no ReferenceGrant there lets Ingresses of {owner.Name.Namespace} use it; {meanwhile}", findings, setting);
            return null;
        }

        asked.Add(name);
        return name;
    }

    /// <summary>Asks for one that the operator named.</summary>
    public void Ask(NamespacedName name) => asked.Add(name);
}
