using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Core.Translation;

/// <summary>All Ingresses, read: each time only those that changed.</summary>
/// <param name="Source">What was read.</param>
/// <param name="Services">The settings of Services with which it was read.</param>
/// <param name="Classes">The classes that were ours.</param>
/// <param name="All">The readings; those of Ingresses of other classes ask for nothing.</param>
/// <param name="Ours">The Ingresses of our classes.</param>
/// <param name="WithFindings">The readings with findings.</param>
internal sealed record IngressReadings(
    Table<NamespacedName, IngressResource> Source, ServiceSettings Services, ClassSelection Classes,
    Table<NamespacedName, IngressReading> All, Table<NamespacedName, IngressResource> Ours, Table<NamespacedName, IngressReading> WithFindings)
{
    /// <summary>The Secrets that there were.</summary>
    public Table<NamespacedName, SecretResource> Secrets { get; init; } = Table.Empty<NamespacedName, SecretResource>();

    /// <summary>The readings that were made with Secrets.</summary>
    public Table<NamespacedName, IngressReading> WithSecrets { get; init; } = Table.Empty<NamespacedName, IngressReading>();

    public IEnumerable<Finding> Findings => WithFindings.Values.SelectMany(reading => reading.Findings);

    public static IngressReadings Read(
        ClusterSnapshot cluster, TranslationOptions options, (GlobalSettings Globals, ServiceSettings Services) settings, PodSecrets secrets, IngressReadings? before)
    {
        var (globals, services) = settings;
        var classes = ClassSelection.Of(cluster, options);
        if (before is null || before.Classes != classes)
        {
            before = new IngressReadings(
                Table.Empty<NamespacedName, IngressResource>(), services, classes,
                Table.Empty<NamespacedName, IngressReading>(), Table.Empty<NamespacedName, IngressResource>(), Table.Empty<NamespacedName, IngressReading>());
        }

        var (all, ours, withFindings, withSecrets) = (before.All, before.Ours, before.WithFindings, before.WithSecrets);
        var changed = services.DifferenceFrom(before.Services);
        var again = (changed.Count == 0 ? [] : before.All.Where(entry => entry.Value.Uses(changed)).Select(entry => entry.Key)).Concat(before.AskingForChanged(secrets));
        var names = cluster.Ingresses.ChangesSince(before.Source).Select(change => change.Key).Union(again).ToList();
        foreach (var name in names)
        {
            var ingress = cluster.Ingresses.GetValueOrDefault(name);
            var reading = ingress is null ? null : IngressReader.Read(ingress, classes, globals, services, secrets);
            all = reading is null ? all.Remove(name) : all.SetItem(name, reading);
            ours = reading?.IsOurs == true ? ours.SetItem(name, ingress!) : ours.Remove(name);
            withFindings = reading?.Findings.Count > 0 ? withFindings.SetItem(name, reading) : withFindings.Remove(name);
            withSecrets = reading?.Secrets.Count > 0 ? withSecrets.SetItem(name, reading) : withSecrets.Remove(name);
        }

        return new IngressReadings(cluster.Ingresses, services, classes, all, ours, withFindings) { Secrets = secrets.Source, WithSecrets = withSecrets };
    }

    private IEnumerable<NamespacedName> AskingForChanged(PodSecrets secrets)
    {
        var changed = WithSecrets.Count == 0 ? [] : secrets.Source.ChangesSince(Secrets).Select(change => change.Key).ToHashSet();
        return changed.Count == 0 ? [] : WithSecrets.Where(entry => entry.Value.Secrets.Any(changed.Contains)).Select(entry => entry.Key);
    }
}
