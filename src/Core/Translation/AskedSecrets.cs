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
    private readonly AskedObjects asked = new("Secret", references, findings);

    /// <summary>What was asked for, there or not.</summary>
    public EquatableArray<NamespacedName> Asked => asked.Asked;

    /// <summary>Asks for the Secret that a setting names. Returns its name; null if it may not be used, which is told then.</summary>
    public NamespacedName? Ask(SettingLayers settings, Setting setting, ObjectReference reference, ResourceRef toldTo) =>
        asked.Ask(settings, setting, reference.From, toldTo, "requests get 503");

    /// <summary>A Secret; null if there is none.</summary>
    public SecretResource? Find(NamespacedName name) => secrets.GetValueOrDefault(name);
}
