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
    public required Table<NamespacedName, SecretResource> Secrets { get; init; }

    /// <summary>The readings that Secrets were needed for.</summary>
    public required Table<NamespacedName, IngressReading> WithSecrets { get; init; }

    public IEnumerable<Finding> Findings => WithFindings.Values.SelectMany(reading => reading.Findings);

    public static IngressReadings Read(
        ClusterSnapshot cluster, TranslationOptions options, (GlobalSettings Globals, ServiceSettings Services, References References) settings, IngressReadings? before)
    {
        var (globals, services, references) = settings;
        var classes = ClassSelection.Of(cluster, options);
        if (before is null || before.Classes != classes)
        {
            before = new IngressReadings(
                Table.Empty<NamespacedName, IngressResource>(), services, classes,
                Table.Empty<NamespacedName, IngressReading>(), Table.Empty<NamespacedName, IngressResource>(), Table.Empty<NamespacedName, IngressReading>())
            {
                Secrets = cluster.Secrets,
                WithSecrets = Table.Empty<NamespacedName, IngressReading>(),
            };
        }

        var (all, ours, withFindings, withSecrets) = (before.All, before.Ours, before.WithFindings, before.WithSecrets);
        var changed = services.DifferenceFrom(before.Services);
        var again = changed.Count == 0 ? [] : before.All.Where(entry => entry.Value.Uses(changed)).Select(entry => entry.Key);
        var secrets = cluster.Secrets.ChangesSince(before.Secrets).Select(change => change.Key).ToHashSet();
        again = again.Concat(secrets.Count == 0 ? [] : before.WithSecrets.Where(entry => entry.Value.Secrets.Any(secrets.Contains)).Select(entry => entry.Key));
        var names = cluster.Ingresses.ChangesSince(before.Source).Select(change => change.Key).Union(again).ToList();
        foreach (var name in names)
        {
            var ingress = cluster.Ingresses.GetValueOrDefault(name);
            var reading = ingress is null ? null : IngressReader.Read(ingress, classes, (globals, services), new AskedSecrets(cluster.Secrets, references));
            all = reading is null ? all.Remove(name) : all.SetItem(name, reading);
            ours = reading?.IsOurs == true ? ours.SetItem(name, ingress!) : ours.Remove(name);
            withSecrets = reading?.Secrets.Count > 0 ? withSecrets.SetItem(name, reading) : withSecrets.Remove(name);
            withFindings = reading?.Findings.Count > 0 ? withFindings.SetItem(name, reading) : withFindings.Remove(name);
        }

        return new IngressReadings(cluster.Ingresses, services, classes, all, ours, withFindings) { Secrets = cluster.Secrets, WithSecrets = withSecrets };
    }
}
