using Sluice.Core.Annotations;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Core.Translation;

/// <summary>The Secrets that settings of an object name. It is kept which were asked for, so that they are followed.</summary>
/// <param name="secrets">The Secrets that there are.</param>
/// <param name="references">Which ones of other namespaces may be used.</param>
/// <param name="findings">Where it is told what is wrong.</param>
internal sealed class AskedSecrets(Table<NamespacedName, SecretResource> secrets, References references, List<Finding> findings)
{
    private readonly SortedSet<NamespacedName> asked = [];

    /// <summary>What was asked for, there or not.</summary>
    public EquatableArray<NamespacedName> Asked => asked.ToEquatableArray();

    /// <summary>
    /// Asks for the Secret that a setting names. Returns its name; null if the object which has the setting may not use it, which
    /// is told then. What is not granted is not even read; the operator, whose the ConfigMap is, needs no grant.
    /// </summary>
    public NamespacedName? Ask(SettingLayers settings, Setting setting, ObjectReference reference, ResourceRef toldTo)
    {
        var owner = settings.SourceOf(setting)!;
        var name = reference.From(owner.Name.Namespace);
        if (owner.Kind != "ConfigMap" && !references.Allow(owner.Name.Namespace, "Secret", name))
        {
            settings.Report(toldTo, FindingCode.ReferenceNotGranted,
                $"Secret {name} is of another namespace, and no ReferenceGrant there lets Ingresses of {owner.Name.Namespace} use it; requests get 503", findings, setting);
            return null;
        }

        asked.Add(name);
        return name;
    }

    /// <summary>A Secret; null if there is none.</summary>
    public SecretResource? Find(NamespacedName name) => secrets.GetValueOrDefault(name);
}
