using Sluice.Core.Values;

namespace Sluice.Core.Annotations;

/// <summary>Settings that do nothing without another one.</summary>
public static class SettingNeeds
{
    private static readonly IReadOnlyList<Setting> Needing = [.. SettingCatalog.All.Where(setting => setting.Needs is not null)];

    /// <summary>Findings for the annotations of an Ingress whose setting needs one that is set nowhere.</summary>
    public static IEnumerable<Finding> Unmet(ResourceRef source, EquatableMap<string> annotations, SettingValues own, SettingLayers all) =>
        own.Texts.Count == 0
            ? []
            : from setting in Needing
              where own.Texts.TryGetValue(setting.Name, out _) && !all.Has(setting.Needs!)
              select new Finding(source, SettingValues.Field(Scopes.Ingress, Key(annotations, setting)), FindingCode.IncompleteSetting,
                  $"{setting.Name} does nothing without {setting.Needs!.Name}");

    // The key that counts, of several that stand for the setting.
    private static string Key(EquatableMap<string> annotations, Setting setting) => annotations
        .Select(entry => SettingCatalog.Place(entry.Key, Scopes.Ingress))
        .OfType<SettingPlace>()
        .Where(place => ReferenceEquals(place.Setting, setting))
        .MinBy(place => place.Rank)!.Key;
}
