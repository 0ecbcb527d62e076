using Sluice.Core.Annotations;
using Sluice.Core.Annotations.Features;
using Sluice.Core.Model;
using Sluice.Core.Translation.ConfigMaps;
using Sluice.Core.Values;

namespace Sluice.Core.Translation.Policies;

/// <summary>What settings say of errors.</summary>
internal static class ErrorPolicies
{
    public static ErrorAnswers? Read(SettingLayers settings, ResourceRef source, ConfigMapUse configMaps, List<Finding> findings)
    {
        var intercepted = settings.Read(Pages.Intercept);
        if (settings.Read(Pages.ErrorPages) is not { } name || (IsForAll(settings) && intercepted.Count == 0))
        {
            return null;
        }

        var pages = configMaps.ReadPages(settings, name, source);
        var known = pages?.Items.Select(page => page.Status).ToList() ?? [];
        if (pages is not null && intercepted.Where(status => !known.Contains(status)).ToList() is { Count: > 0 } missing)
        {
            settings.Report(source, $"there is no page for {string.Join(", ", missing)}; such answers stay as they are", findings, Pages.Intercept, Pages.ErrorPages);
        }

        return pages is null ? null : new ErrorAnswers(IsForAll(settings) ? null : pages, intercepted.Where(known.Contains).ToEquatableArray());
    }

    /// <summary>The pages that hold for all routes that have none of their own.</summary>
    public static SharedList<ErrorPage>? ReadForAll(SettingLayers settings, ResourceRef source, ConfigMapUse configMaps) =>
        settings.Read(Pages.ErrorPages) is { } name ? configMaps.ReadPages(settings, name, source) : null;

    // They are found without a policy.
    private static bool IsForAll(SettingLayers settings) => settings.SourceOf(Pages.ErrorPages)?.Kind == "ConfigMap";
}
