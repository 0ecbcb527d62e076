using Sluice.Core.Model;
using Sluice.Core.Resources;
using Sluice.Core.Translation.ConfigMaps;
using Sluice.Core.Values;

namespace Sluice.Core.Translation;

/// <summary>
/// Turns a snapshot into the model. The result depends on nothing but the snapshot and the options (and, for a broken
/// Secret, on its last good certificate). It is fast because each stage starts from its former result and looks only
/// at what differs in its inputs.
/// </summary>
public static class Translator
{
    /// <param name="cluster">What there is.</param>
    /// <param name="options">What the operator chose.</param>
    /// <param name="previous">The last result, to take over what has not changed and certificates that were good.</param>
    public static TranslationResult Translate(ClusterSnapshot cluster, TranslationOptions options, TranslationResult? previous = null)
    {
        var findings = new List<Finding>();
        var before = previous?.Stages;
        var services = ServiceSettings.Read(cluster, before?.Readings.Inputs.Services);
        var configMaps = NamedConfigMaps.Of(cluster.ConfigMaps, before?.Readings.Inputs.ConfigMaps);
        var globals = GlobalSettings.Read(cluster, options, services, configMaps, findings);

        // What was read depends on the global settings: when these change, it is read anew.
        var references = new References(cluster.ReferenceGrants, globals.AllowsCrossNamespace);
        var sameSettings = before is not null && before.Options == options && before.Globals == globals && before.References == references;
        var inputs = new ReadingInputs(globals, services, configMaps, new PodSecrets(cluster.Secrets), references);
        var readings = IngressReadings.Read(cluster, options, inputs, sameSettings ? before!.Readings : null);
        var tls = TlsResolution.Resolve(readings, cluster, new TlsInputs(options, globals.DefaultCertificate, references), globals.Source, before?.Tls);
        var routes = RouteTable.Build(readings, globals, tls.Hosts, sameSettings ? before!.Routes : null);
        var backends = BackendTable.Resolve(readings, (globals, references), cluster, sameSettings ? before!.Backends : null);

        findings.AddRange([.. services.Findings(backends.IsNamed), .. readings.Findings, .. tls.Findings, .. routes.Findings, .. backends.Findings]);
        return new TranslationResult
        {
            Model = new ProxyModel
            {
                Global = globals.Policy,
                Pages = globals.Pages,
                Hosts = routes.Hosts,
                Backends = backends.Backends,
                Certificates = tls.Certificates,
                DefaultCertificate = tls.DefaultCertificate,
            },
            Findings = Located(findings, cluster),
            Config = globals.Source,
            Ingresses = readings.Ours,
            Secrets = Secrets(tls, [.. readings.Secrets, .. globals.Secrets]),
            ConfigMaps = globals.ConfigMaps.Concat(readings.ConfigMaps).Distinct().ToEquatableArray(),
            ExternalNames = backends.ExternalNames,
            NextExpiry = tls.NextExpiry,
            Stages = new Stages(options, globals, references, readings, tls, routes, backends),
        };
    }

    private static EquatableArray<NamespacedName> Secrets(TlsResolution tls, HashSet<NamespacedName> others)
    {
        others.RemoveWhere(tls.Read.ContainsKey);
        return others.Count == 0 ? tls.Asked : [.. tls.Asked, .. others.Order()];
    }

    private static EquatableArray<Finding> Located(List<Finding> findings, ClusterSnapshot cluster) =>
        cluster.Findings
            .Concat(findings.Select(finding => finding with { Location = cluster.Locations.GetValueOrDefault(finding.Object) }))
            .Distinct()
            .OrderBy(finding => finding.Object.ToString(), StringComparer.Ordinal)
            .ThenBy(finding => finding.Field, StringComparer.Ordinal)
            .ThenBy(finding => finding.Message, StringComparer.Ordinal)
            .ToEquatableArray();
}
