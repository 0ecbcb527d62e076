using Sluice.Core.Annotations;
using Sluice.Core.Annotations.Features;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Translation.ConfigMaps;

/// <summary>What the settings of one object ask of ConfigMaps. It remembers which they ask for, there or not.</summary>
/// <param name="all">The ConfigMaps.</param>
/// <param name="references">Which ones of other namespaces may be used.</param>
/// <param name="findings">Where it is told what is wrong.</param>
internal sealed class ConfigMapUse(NamedConfigMaps all, References references, List<Finding> findings)
{
    private readonly AskedObjects asked = new("ConfigMap", references, findings);

    public EquatableArray<NamespacedName> Asked => asked.Asked;

    /// <summary>The blocks that a setting names. Returns false if one of its lists cannot be read.</summary>
    public bool TryReadAddresses(SettingLayers settings, Setting setting, AddressSources sources, ResourceRef source, out SharedList<Cidr>? blocks)
    {
        var lists = sources.ConfigMaps.Select(part => Addresses(settings, setting, part, source))
            .Concat(sources.PatternFiles.Select(key => PatternFile(settings, setting, key, source))).ToList();
        blocks = (sources.Blocks.Count, lists) switch
        {
            (0, [var only]) => only,
            (0, []) => null,
            _ => all.Union(sources.Blocks, [.. lists.OfType<SharedList<Cidr>>()]),
        };
        return lists.TrueForAll(list => list is not null);
    }

    /// <summary>The pages that a setting names; null if there are none.</summary>
    public SharedList<ErrorPage>? ReadPages(SettingLayers settings, ConfigMapPart part, ResourceRef source)
    {
        if (Find(settings, Pages.ErrorPages, part, source) is not { } name)
        {
            return null;
        }

        var reading = all.Pages(name);
        foreach (var problem in reading?.Problems ?? [])
        {
            settings.Report(source, FindingCode.InvalidConfigMap, $"ConfigMap {name}, {problem}; it is left out", findings, Pages.ErrorPages);
        }

        if (reading is null)
        {
            settings.Report(source, FindingCode.ConfigMapNotFound, $"there is no ConfigMap {name} that may be read; our own pages are used", findings, Pages.ErrorPages);
        }

        return reading?.Pages;
    }

    private SharedList<Cidr>? PatternFile(SettingLayers settings, Setting setting, string key, ResourceRef source)
    {
        if (settings.Read(Access.PatternFiles) is { } part && settings.SourceOf(Access.PatternFiles) is { } config)
        {
            var name = part.From(config.Name.Namespace);
            asked.Ask(name);
            return Addresses(settings, setting, name, key, source);
        }

        settings.Report(source, $"patterns/{key} needs {Access.PatternFiles.Name} in the controller's ConfigMap; {Meanwhile(setting)}", findings, setting);
        return null;
    }

    private SharedList<Cidr>? Addresses(SettingLayers settings, Setting setting, ConfigMapPart part, ResourceRef source) =>
        Find(settings, setting, part, source) is { } name ? Addresses(settings, setting, name, part.Key, source) : null;

    private SharedList<Cidr>? Addresses(SettingLayers settings, Setting setting, NamespacedName name, string key, ResourceRef source)
    {
        var reading = all.Addresses(name, key);
        if (reading is null)
        {
            settings.Report(
                source, FindingCode.ConfigMapNotFound, $"there is no ConfigMap {name}{(key.Length > 0 ? $" with the key {key}" : "")} that may be read; {Meanwhile(setting)}", findings, setting);
        }
        else if (reading.Blocks is null)
        {
            settings.Report(source, FindingCode.InvalidConfigMap, $"ConfigMap {name}, {reading.Problem}; {Meanwhile(setting)}", findings, setting);
        }

        return reading?.Blocks;
    }

    private NamespacedName? Find(SettingLayers settings, Setting setting, ConfigMapPart part, ResourceRef source) =>
        asked.Ask(settings, setting, part.From, source, Meanwhile(setting));

    private static string Meanwhile(Setting setting) =>
        setting.IsGuard ? "requests it would guard get 503" : setting == RateLimits.Exempt ? "nobody is exempt" : "our own pages are used";
}
