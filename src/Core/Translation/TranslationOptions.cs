using Sluice.Core.Model;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Core.Translation;

/// <summary>What the operator chose at start, as far as translation is concerned.</summary>
public sealed record TranslationOptions
{
    /// <summary>The controller that an IngressClass must name to be ours.</summary>
    public const string ControllerName = "sluice.dev/ingress-controller";

    /// <summary>
    /// The class that stands in, as default class, while the source holds no IngressClass of ours; null if there is to
    /// be none. For folders of manifests, so that a plain Ingress is served.
    /// </summary>
    public string? ImpliedClass { get; init; }

    /// <summary>The ConfigMap with the global settings.</summary>
    public NamespacedName Config { get; init; } = new("sluice-system", "sluice");

    /// <summary>A ConfigMap read from a file of its own, used instead of the one in the source.</summary>
    public ConfigMapResource? ConfigFile { get; init; }

    /// <summary>Where other replicas find the counts of this one; null if it shares none.</summary>
    public Endpoint? PeerAddress { get; init; }

    /// <summary>The other replicas, where they are always the same.</summary>
    public EquatableArray<Endpoint> Peers { get; init; }

    /// <summary>The Service whose endpoints are the replicas; null for none.</summary>
    public NamespacedName? PeersService { get; init; }

    /// <summary>Whether lines of HAProxy's own language in the ConfigMap count.</summary>
    public bool AllowsSnippets { get; init; }

    /// <summary>The self-signed certificate made at start: the default certificate where no other is given.</summary>
    public required Certificate SelfSigned { get; init; }
}
