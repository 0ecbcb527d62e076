using Sluice.Core.Resources;
using Sluice.Core.Translation.ConfigMaps;
using Sluice.Core.Values;

namespace Sluice.Core.Translation;

/// <summary>What Ingresses are read with.</summary>
/// <param name="Globals">The global settings.</param>
/// <param name="Services">The settings of Services.</param>
/// <param name="ConfigMaps">The ConfigMaps that settings may name.</param>
/// <param name="Secrets">The Secrets that settings may name.</param>
/// <param name="References">Which of both of other namespaces may be used.</param>
internal sealed record ReadingInputs(GlobalSettings Globals, ServiceSettings Services, NamedConfigMaps ConfigMaps, PodSecrets Secrets, References References);

/// <summary>All Ingresses, read: each time only those that changed, or whose Services, ConfigMaps or Secrets did.</summary>
/// <param name="Source">What was read.</param>
/// <param name="Inputs">What it was read with.</param>
/// <param name="Classes">The classes that were ours.</param>
internal sealed record IngressReadings(Table<NamespacedName, IngressResource> Source, ReadingInputs Inputs, ClassSelection Classes)
{
    private static readonly Table<NamespacedName, IngressReading> None = Table.Empty<NamespacedName, IngressReading>();

    /// <summary>The readings; those of Ingresses of other classes ask for nothing.</summary>
    public Table<NamespacedName, IngressReading> All { get; private init; } = None;

    /// <summary>The Ingresses of our classes.</summary>
    public Table<NamespacedName, IngressResource> Ours { get; private init; } = Table.Empty<NamespacedName, IngressResource>();

    /// <summary>The readings with findings.</summary>
    public Table<NamespacedName, IngressReading> WithFindings { get; private init; } = None;

    /// <summary>The readings that ask for ConfigMaps.</summary>
    public Table<NamespacedName, IngressReading> WithConfigMaps { get; private init; } = None;

    /// <summary>The readings that ask for Secrets, beside those for TLS of hosts.</summary>
    public Table<NamespacedName, IngressReading> WithSecrets { get; private init; } = None;

    public IEnumerable<Finding> Findings => WithFindings.Values.SelectMany(reading => reading.Findings);

    /// <summary>The ConfigMaps that are asked for, there or not.</summary>
    public IEnumerable<NamespacedName> ConfigMaps => WithConfigMaps.Values.SelectMany(reading => reading.ConfigMaps);

    /// <summary>The Secrets that are asked for, there or not.</summary>
    public IEnumerable<NamespacedName> Secrets => WithSecrets.Values.SelectMany(reading => reading.Secrets);

    public static IngressReadings Read(ClusterSnapshot cluster, TranslationOptions options, ReadingInputs inputs, IngressReadings? before)
    {
        var classes = ClassSelection.Of(cluster, options);
        if (before is null || before.Classes != classes)
        {
            before = new IngressReadings(Table.Empty<NamespacedName, IngressResource>(), inputs, classes);
        }

        var (all, ours, withFindings) = (before.All, before.Ours, before.WithFindings);
        var (withConfigMaps, withSecrets) = (before.WithConfigMaps, before.WithSecrets);
        var names = cluster.Ingresses.ChangesSince(before.Source).Select(change => change.Key).Union(before.WithOtherInputs(inputs)).ToList();
        foreach (var name in names)
        {
            var ingress = cluster.Ingresses.GetValueOrDefault(name);
            var reading = ingress is null ? null : IngressReader.Read(ingress, classes, inputs);
            all = reading is null ? all.Remove(name) : all.SetItem(name, reading);
            ours = reading?.IsOurs == true ? ours.SetItem(name, ingress!) : ours.Remove(name);
            withSecrets = reading?.Secrets.Count > 0 ? withSecrets.SetItem(name, reading) : withSecrets.Remove(name);
            withFindings = reading?.Findings.Count > 0 ? withFindings.SetItem(name, reading) : withFindings.Remove(name);
            withConfigMaps = reading?.ConfigMaps.Count > 0 ? withConfigMaps.SetItem(name, reading) : withConfigMaps.Remove(name);
            withSecrets = reading?.Secrets.Count > 0 ? withSecrets.SetItem(name, reading) : withSecrets.Remove(name);
        }

        return new IngressReadings(cluster.Ingresses, inputs, classes)
        {
            All = all,
            Ours = ours,
            WithFindings = withFindings,
            WithConfigMaps = withConfigMaps,
            WithSecrets = withSecrets,
        };
    }

    // The Ingresses that use a Service, a ConfigMap or a Secret that is not as it was.
    private IEnumerable<NamespacedName> WithOtherInputs(ReadingInputs now)
    {
        var (services, configMaps) = (now.Services.DifferenceFrom(Inputs.Services), now.ConfigMaps.DifferenceFrom(Inputs.ConfigMaps));
        var secrets = WithSecrets.Count == 0 ? [] : now.Secrets.Source.ChangesSince(Inputs.Secrets.Source).Select(change => change.Key).ToHashSet();
        return (services.Count == 0 ? [] : All.Where(entry => entry.Value.Uses(services)).Select(entry => entry.Key))
            .Concat(configMaps.Count == 0 ? [] : WithConfigMaps.Where(entry => entry.Value.ConfigMaps.Any(configMaps.Contains)).Select(entry => entry.Key))
            .Concat(secrets.Count == 0 ? [] : WithSecrets.Where(entry => entry.Value.Secrets.Any(secrets.Contains)).Select(entry => entry.Key));
    }
}
