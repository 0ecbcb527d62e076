using Sluice.Core.Model;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Core.Translation;

/// <summary>What TLS depends on beside Ingresses and Secrets.</summary>
/// <param name="Options">What the operator chose at start.</param>
/// <param name="DefaultName">The Secret of the default certificate.</param>
/// <param name="References">Which Secrets of other namespaces may be used.</param>
internal sealed record TlsInputs(TranslationOptions Options, NamespacedName? DefaultName, References References);

/// <summary>Which certificate answers for which host, and which hosts have TLS at all; with the inputs this was found from.</summary>
internal sealed record TlsResolution(
    IngressReadings Readings, Table<NamespacedName, SecretResource> Secrets, TlsInputs Inputs)
{
    public required Table<string, ServedCertificate> Certificates { get; init; }

    public required Certificate DefaultCertificate { get; init; }

    public required TlsHosts Hosts { get; init; }

    /// <summary>When a certificate that was read becomes valid or expires next.</summary>
    public DateTimeOffset? NextExpiry { get; init; }

    public EquatableArray<Finding> Findings { get; init; }

    /// <summary>The Secrets that were asked for, with what they hold.</summary>
    public required Table<NamespacedName, CertificateReading> Read { get; init; }

    /// <summary>The names of the Secrets that were asked for.</summary>
    public EquatableArray<NamespacedName> Asked { get; init; }

    public static TlsResolution Resolve(
        IngressReadings readings, ClusterSnapshot cluster, TlsInputs inputs, ResourceRef settings, TlsResolution? before) =>
        before is not null && before.Holds(readings, cluster, inputs)
            ? before with { Readings = readings, Secrets = cluster.Secrets }
            : new TlsResolver(cluster, inputs, before).Resolve(readings, settings);

    // Neither an Ingress with TLS changed, nor a Secret that was read, nor the time in which the certificates are valid.
    private bool Holds(IngressReadings readings, ClusterSnapshot cluster, TlsInputs inputs) =>
        Inputs == inputs && !(NextExpiry <= cluster.Now)
        && !readings.All.ChangesSince(Readings.All).Any(change => change.Former?.Tls.Count > 0 || change.Current?.Tls.Count > 0)
        && !cluster.Secrets.ChangesSince(Secrets).Any(change => Read.ContainsKey(change.Key));
}
