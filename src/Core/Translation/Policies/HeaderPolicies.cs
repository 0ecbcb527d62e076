using Sluice.Core.Annotations;
using Sluice.Core.Annotations.Features;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Translation.Policies;

/// <summary>What settings ask for of header fields.</summary>
internal static class HeaderPolicies
{
    private const int Year = 31_536_000;

    public static HeaderChanges? OfRequests(SettingLayers settings, ResourceRef source, List<Finding> findings) =>
        Read(settings, Headers.RequestRemove, Headers.RequestSet, Headers.RequestAdd, source, findings);

    public static HeaderChanges? OfResponses(SettingLayers settings, ResourceRef source, List<Finding> findings) =>
        Read(settings, Headers.ResponseRemove, Headers.ResponseSet, Headers.ResponseAdd, source, findings);

    public static StrictTransport? StrictTransport(SettingLayers settings, ResourceRef source, List<Finding> findings)
    {
        if (!settings.Read(Headers.Hsts))
        {
            return null;
        }

        var (age, subdomains) = (settings.Read(Headers.HstsMaxAge), settings.Read(Headers.HstsIncludeSubdomains));
        var preload = settings.Read(Headers.HstsPreload);
        var isPossible = subdomains && age >= Year;
        if (preload && !isPossible)
        {
            settings.Report(
                source, $"hsts-preload needs hsts-include-subdomains and an hsts-max-age of {Year} at least; it is left out",
                findings, Headers.HstsPreload, Headers.HstsIncludeSubdomains, Headers.HstsMaxAge, Headers.Hsts);
        }

        return new StrictTransport(age, subdomains, preload && isPossible);
    }

    // Of a header that is set twice the last value counts.
    private static HeaderChanges? Read(
        SettingLayers settings,
        Setting<EquatableArray<string>> removing, Setting<EquatableArray<HeaderLine>> setting, Setting<EquatableArray<HeaderLine>> adding,
        ResourceRef source, List<Finding> findings)
    {
        var changes = new HeaderChanges(
            settings.Read(removing),
            settings.Read(setting).Reverse().DistinctBy(line => line.Name).Reverse().ToEquatableArray(),
            settings.Read(adding));
        if (changes.Removed.FirstOrDefault(name => changes.Set.Any(line => line.Name == name)) is { } name)
        {
            settings.Report(source, $"{name} stands in {removing.Name} and in {setting.Name}; it is set", findings, removing, setting);
        }

        return changes is { Removed.Count: 0, Set.Count: 0, Added.Count: 0 } ? null : changes;
    }
}
