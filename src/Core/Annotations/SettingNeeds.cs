using Sluice.Core.Values;

namespace Sluice.Core.Annotations;

/// <summary>Settings that do nothing where they stand.</summary>
public static class SettingNeeds
{
    private static readonly IReadOnlyList<Setting> Needing = [.. SettingCatalog.All.Where(setting => setting.Needs.Count > 0)];

    /// <summary>Findings for the settings of an Ingress or a Service that do nothing, because none of those is set that they need.</summary>
    /// <param name="own">Its settings.</param>
    /// <param name="isSet">Whether a setting is set where it counts for what the object is for.</param>
    /// <param name="whose">For what that is, such as " for Ingress shop/web"; empty for the object itself.</param>
    public static IEnumerable<Finding> Unmet(SettingValues own, Predicate<Setting> isSet, string whose = "") => own.Source is not { } source
        ? []
        : from setting in Needing
          where own.Texts.TryGetValue(setting.Name, out _) && !setting.Needs.Any(needed => isSet(needed))
          select new Finding(source, own.Fields[setting.Name]!, FindingCode.IncompleteSetting,
              $"{setting.Name} does nothing{whose} without {string.Join(" or ", setting.Needs.Select(needed => needed.Name))}");

    /// <summary>Findings for settings of requests on their way, where those of another object count.</summary>
    /// <param name="own">The settings of the object.</param>
    /// <param name="whose">What the other object is.</param>
    public static IEnumerable<Finding> OfRoute(SettingValues own, string whose) => own.Source is not { } source
        ? []
        : from setting in SettingCatalog.OfRoutes
          where own.Texts.TryGetValue(setting.Name, out _)
          select new Finding(source, own.Fields[setting.Name]!, FindingCode.SettingOfRoute, $"what happens to requests is as {whose} has it; there this does nothing");
}
