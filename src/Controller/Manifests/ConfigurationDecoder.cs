using System.Text;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Controller.Manifests;

/// <summary>Decodes Secrets, ConfigMaps and Namespaces.</summary>
internal static class ConfigurationDecoder
{
    public static SecretResource Secret(SecretObject source)
    {
        var values = new Dictionary<string, Sensitive>(StringComparer.Ordinal);
        foreach (var (key, bytes) in source.Data ?? [])
        {
            values[key] = new Sensitive(bytes.Value ?? throw new ObjectFailure($"data[{key}]", "base64", "something else"));
        }

        foreach (var (key, text) in source.StringData ?? [])
        {
            values[key] = new Sensitive(Encoding.UTF8.GetBytes(text.Value));
        }

        var type = source.Type is { Length: > 0 } given ? given : "Opaque";
        return new SecretResource(ResourceDecoder.NameOf(source), type, values.Count == 0 ? default : values.ToEquatableMap())
        {
            // Without annotations: nothing reads them, and cert-manager writes eight of them.
            CreatedAt = source.Metadata!.CreationTimestamp,
        };
    }

    public static ConfigMapResource ConfigMap(ConfigMapObject source) =>
        new ConfigMapResource(ResourceDecoder.NameOf(source), ResourceDecoder.Texts(source.Data)).WithMetadata(source);

    public static ReferenceGrantResource ReferenceGrant(ReferenceGrantObject source) =>
        new ReferenceGrantResource(ResourceDecoder.NameOf(source))
        {
            From = ResourceDecoder.Each(
                source.Spec?.From, "spec.from", (peer, _) => new GrantSource(peer.Group ?? "", peer.Kind ?? "", peer.Namespace ?? "")),
            To = ResourceDecoder.Each(source.Spec?.To, "spec.to", (peer, _) => new GrantTarget(peer.Group ?? "", peer.Kind ?? "", peer.Name ?? "")),
        }.WithMetadata(source);

    public static NamespaceResource Namespace(NamespaceObject source) =>
        new NamespaceResource(
            ResourceDecoder.ClusterNameOf(source, isLabel: true),
            source.Metadata?.DeletionTimestamp is not null || source.Status?.Phase == "Terminating").WithMetadata(source);
}
