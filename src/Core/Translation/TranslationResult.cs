using Sluice.Core.Model;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Core.Translation;

/// <summary>What a snapshot means: the model, and everything that is wrong with the objects.</summary>
public sealed record TranslationResult
{
    public required ProxyModel Model { get; init; }

    public EquatableArray<Finding> Findings { get; init; }

    /// <summary>The ConfigMap with the global settings.</summary>
    public required ResourceRef Config { get; init; }

    /// <summary>The Ingresses of our classes.</summary>
    public Table<NamespacedName, IngressResource> Ingresses { get; init; } = Table.Empty<NamespacedName, IngressResource>();

    /// <summary>The Secrets that were asked for, there or not.</summary>
    public EquatableArray<NamespacedName> Secrets { get; init; }

    /// <summary>The ConfigMaps beside the controller's own that were asked for, there or not.</summary>
    public EquatableArray<NamespacedName> ConfigMaps { get; init; }

    /// <summary>The Secrets that were read, by the fingerprint of the certificate that each gives.</summary>
    public IEnumerable<(string Fingerprint, NamespacedName Secret)> CertificateSecrets =>
        from secret in Stages!.Tls.Read
        let certificate = secret.Value.Certificate ?? secret.Value.LastGood
        where certificate is not null
        select (certificate.Fingerprint, secret.Key);

    /// <summary>The DNS names whose addresses the next snapshot should hold.</summary>
    public EquatableArray<string> ExternalNames { get; init; }

    /// <summary>When a certificate in use becomes valid or expires next: the result changes then without a new snapshot.</summary>
    public DateTimeOffset? NextExpiry { get; init; }

    /// <summary>What the next translation may take over where its inputs are the same.</summary>
    internal Stages? Stages { get; init; }
}

/// <summary>The result of each stage with the inputs it was made from.</summary>
internal sealed record Stages(
    TranslationOptions Options, GlobalSettings Globals, References References, IngressReadings Readings, TlsResolution Tls, RouteTable Routes, BackendTable Backends);
