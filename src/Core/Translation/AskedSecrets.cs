using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Core.Translation;

/// <summary>The Secrets that settings of an object name. It is kept which were asked for, so that they are followed.</summary>
internal sealed class AskedSecrets(Table<NamespacedName, SecretResource> secrets, References references)
{
    private readonly SortedSet<NamespacedName> asked = [];

    /// <summary>What was asked for, there or not.</summary>
    public EquatableArray<NamespacedName> Asked => asked.ToEquatableArray();

    /// <summary>Whether Ingresses of a namespace may use a Secret.</summary>
    public bool Allow(string from, NamespacedName name) => references.Allow(from, "Secret", name);

    /// <summary>A Secret; null if there is none.</summary>
    public SecretResource? Find(NamespacedName name)
    {
        asked.Add(name);
        return secrets.GetValueOrDefault(name);
    }
}
