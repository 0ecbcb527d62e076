using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Core.Translation.ConfigMaps;

/// <summary>All ConfigMaps, and what was read in those that settings name: each once, as long as it stays the same.</summary>
internal sealed class NamedConfigMaps
{
    private readonly Dictionary<(NamespacedName Name, string Key), (ConfigMapResource Source, AddressReading Reading)> addresses = [];
    private readonly Dictionary<NamespacedName, (ConfigMapResource Source, PagesReading Reading)> pages = [];
    private readonly Dictionary<string, SharedList<Cidr>> unions = new(StringComparer.Ordinal);

    private NamedConfigMaps(Table<NamespacedName, ConfigMapResource> source) => Source = source;

    public Table<NamespacedName, ConfigMapResource> Source { get; }

    public static NamedConfigMaps Of(Table<NamespacedName, ConfigMapResource> source, NamedConfigMaps? before)
    {
        var result = new NamedConfigMaps(source);
        foreach (var (key, known) in before?.addresses ?? [])
        {
            _ = ReferenceEquals(source.GetValueOrDefault(key.Name), known.Source) && result.addresses.TryAdd(key, known);
        }

        foreach (var (name, known) in before?.pages ?? [])
        {
            _ = ReferenceEquals(source.GetValueOrDefault(name), known.Source) && result.pages.TryAdd(name, known);
        }

        return result;
    }

    /// <summary>The ConfigMaps that came, went or changed.</summary>
    public IReadOnlySet<NamespacedName> DifferenceFrom(NamedConfigMaps before) => Source.ChangesSince(before.Source).Select(change => change.Key).ToHashSet();

    /// <summary>The blocks in a key, or in all keys; null if there is no such ConfigMap or key.</summary>
    public AddressReading? Addresses(NamespacedName name, string key)
    {
        if (Source.GetValueOrDefault(name) is not { } source || (key.Length > 0 && source.Data[key] is null))
        {
            return null;
        }

        if (!addresses.TryGetValue((name, key), out var known))
        {
            known = addresses[(name, key)] = (source, AddressReading.Of(key.Length > 0 ? [KeyValuePair.Create(key, source.Data[key]!)] : source.Data));
        }

        return known.Reading;
    }

    /// <summary>Blocks and lists as one list, made once for all that ask for it.</summary>
    public SharedList<Cidr> Union(EquatableArray<Cidr> blocks, IReadOnlyList<SharedList<Cidr>> lists)
    {
        var key = $"{string.Join(' ', blocks)} {string.Join(' ', lists.Select(list => list.Digest))}";
        return unions.TryGetValue(key, out var known) ? known : unions[key] = new SharedList<Cidr>([.. blocks, .. lists.SelectMany(list => list.Items)]);
    }

    /// <summary>The pages for errors; null if there is no such ConfigMap.</summary>
    public PagesReading? Pages(NamespacedName name)
    {
        if (Source.GetValueOrDefault(name) is not { } source)
        {
            return null;
        }

        if (!pages.TryGetValue(name, out var known))
        {
            known = pages[name] = (source, PagesReading.Of(source.Data));
        }

        return known.Reading;
    }
}
