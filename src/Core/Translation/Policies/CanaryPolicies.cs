using Sluice.Core.Annotations;
using Sluice.Core.Annotations.Features;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Translation.Policies;

/// <summary>What an Ingress asks for that is a canary.</summary>
internal static class CanaryPolicies
{
    /// <summary>Its rules; null if it is none.</summary>
    public static CanaryRules? Read(SettingLayers settings, ResourceRef source, List<Finding> findings)
    {
        if (!settings.Read(Canaries.Canary))
        {
            return null;
        }

        var (weight, total) = (settings.Read(Canaries.Weight), settings.Read(Canaries.WeightTotal));
        if (weight > total)
        {
            settings.Report(source, $"{weight} is more than canary-weight-total, which is {total}; all requests go to the canary", findings, Canaries.Weight);
        }

        var (header, value) = (settings.Read(Canaries.ByHeader), settings.Read(Canaries.ByHeaderValue));
        return new CanaryRules(Math.Min(weight, total), total)
        {
            Header = header,
            HeaderValue = header is null ? null : value,
            HeaderPattern = ReadPattern(settings, (header, value), source, findings),
            Cookie = settings.Read(Canaries.ByCookie),
        };
    }

    private static string? ReadPattern(SettingLayers settings, (string? Header, string? Value) header, ResourceRef source, List<Finding> findings)
    {
        if (header.Header is null || settings.Read(Canaries.ByHeaderPattern) is not { } pattern)
        {
            return null;
        }

        var problem = header.Value is not null ? "canary-by-header-value goes before it"
            : !RegexSubset.Includes(pattern) ? $"expected a regular expression, {RegexSubset.Form}"
            : null;
        if (problem is not null)
        {
            settings.Report(source, $"{problem}; it is ignored", findings, Canaries.ByHeaderPattern);
        }

        return problem is null ? pattern : null;
    }
}
