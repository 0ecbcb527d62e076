using Sluice.Core.Model;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Core.Translation;

/// <summary>Which certificate answers for which host, and which hosts have TLS at all; with the inputs this was found from.</summary>
internal sealed record TlsResolution(
    IngressReadings Readings, Table<NamespacedName, SecretResource> Secrets, TranslationOptions Options, NamespacedName? DefaultName)
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
        IngressReadings readings, ClusterSnapshot cluster, TranslationOptions options, GlobalSettings globals, TlsResolution? before) =>
        before is not null && before.Holds(readings, cluster, options, globals)
            ? before with { Readings = readings, Secrets = cluster.Secrets }
            : new TlsResolver(cluster, before).Resolve(readings, options, globals);

    // Neither an Ingress with TLS changed, nor a Secret that was read, nor the time in which the certificates are valid.
    private bool Holds(IngressReadings readings, ClusterSnapshot cluster, TranslationOptions options, GlobalSettings globals) =>
        Options == options && DefaultName == globals.DefaultCertificate && !(NextExpiry <= cluster.Now)
        && !readings.All.ChangesSince(Readings.All).Any(change => change.Former?.Tls.Count > 0 || change.Current?.Tls.Count > 0)
        && !cluster.Secrets.ChangesSince(Secrets).Any(change => Read.ContainsKey(change.Key));
}
