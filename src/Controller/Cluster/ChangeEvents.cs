using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Controller.Cluster;

/// <summary>What there is to tell of changes: findings that are new, and what became of Ingresses that were changed.</summary>
internal static class ChangeEvents
{
    /// <summary>What a change brought, compared with the one before; null for the first, after which nobody asked for anything yet.</summary>
    public static IEnumerable<EventText> Of(Change change, Change? former) =>
        change.Findings.Except(former?.Findings ?? []).Select(finding => Of(finding, change)).Concat(former is null ? [] : Fates(change, former));

    /// <summary>All that is wrong at the moment.</summary>
    public static IEnumerable<EventText> All(Change change) => change.Findings.Select(finding => Of(finding, change));

    private static EventText Of(Finding finding, Change change)
    {
        var uid = finding.Object.Kind == ApiKind.Ingress.Kind ? change.Ingresses.GetValueOrDefault(finding.Object.Name)?.Uid ?? "" : "";
        var message = finding.Field.Length == 0 ? finding.Message : $"{finding.Field}: {finding.Message}";
        return new EventText(finding.Object, uid, finding.Code.Id, message, finding.Severity != Severity.Information);
    }

    private static IEnumerable<EventText> Fates(Change change, Change former)
    {
        foreach (var (_, before, ingress) in change.Ingresses.ChangesSince(former.Ingresses))
        {
            // What we write into the status ourselves is no change to speak of.
            if (ingress is not null && (before is null || before with { Addresses = ingress.Addresses } != ingress))
            {
                yield return Fate(ingress, change);
            }
        }
    }

    private static EventText Fate(IngressResource ingress, Change change) => change.Kind switch
    {
        ChangeKind.Refused => new EventText(
            ingress.Ref, ingress.Uid, "Refused", $"HAProxy refused a change, what it served before serves on: {string.Join("; ", change.Reasons)}", IsWarning: true),
        ChangeKind.Reload or ChangeKind.Start => new EventText(ingress.Ref, ingress.Uid, "Applied", "The change is live, by a reload of HAProxy.", IsWarning: false),
        _ => new EventText(ingress.Ref, ingress.Uid, "Applied", "The change is live, without a reload.", IsWarning: false),
    };
}
