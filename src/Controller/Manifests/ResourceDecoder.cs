using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Controller.Manifests;

/// <summary>
/// Turns Kubernetes objects, as the API server writes them in JSON, into our records. The only place that sees fields
/// that are absent; everything behind it may trust the records.
/// </summary>
public static class ResourceDecoder
{
    private const string DefaultNamespace = "default";

    /// <summary>The version that we read of a kind; null if we do not use the kind.</summary>
    public static string? VersionOf(string kind) => kind switch
    {
        "Ingress" or "IngressClass" => "networking.k8s.io/v1",
        "Service" or "Secret" or "ConfigMap" or "Namespace" => "v1",
        "EndpointSlice" => "discovery.k8s.io/v1",
        "ReferenceGrant" => "gateway.networking.k8s.io/v1beta1",
        _ => null,
    };

    /// <summary>Decodes one object that is said to be of a kind and version.</summary>
    public static Decoded Decode(string kind, string apiVersion, ReadOnlySpan<byte> json) => Decode(kind, apiVersion, json, DecodingContext.Plain);

    /// <summary>The same in a context that remembers.</summary>
    internal static Decoded Decode(string kind, string apiVersion, ReadOnlySpan<byte> json, DecodingContext context)
    {
        if (VersionOf(kind) != apiVersion && !(kind == "ReferenceGrant" && apiVersion == "gateway.networking.k8s.io/v1"))
        {
            return new Decoded.Unknown();
        }

        try
        {
            return Resource(kind, json, context) is { } resource ? new Decoded.Valid(resource) : new Decoded.Ignored();
        }
        catch (ObjectFailure failure)
        {
            return Invalid(kind, json, failure.Field, failure.Message, FieldPath.Locate(json, failure.Field));
        }
        catch (JsonException failure)
        {
            var position = FieldPath.Position(json, failure.LineNumber ?? 0, failure.BytePositionInLine ?? 0);
            return Invalid(kind, json, FieldPath.FromJsonPath(failure.Path), Explain(failure), position);
        }
    }

    /// <summary>An object that is known to be wrong before it is decoded.</summary>
    public static Decoded.Invalid Invalid(string kind, ReadOnlySpan<byte> json, string field, string problem, int position)
    {
        var header = ObjectHeader.Read(json);
        var scope = kind is "IngressClass" or "Namespace" ? "" : header?.Namespace ?? DefaultNamespace;
        return new Decoded.Invalid(new ResourceRef(kind, new NamespacedName(scope, header?.Name ?? "")), field, problem, position);
    }

    private static Resource? Resource(string kind, ReadOnlySpan<byte> json, DecodingContext context) => kind switch
    {
        "Ingress" => IngressDecoder.Ingress(Read(json, context.Json.IngressObject)),
        "IngressClass" => IngressDecoder.IngressClass(Read(json, context.Json.IngressClassObject)),
        "Service" => ServiceDecoder.Service(Read(json, context.Json.ServiceObject)),
        "EndpointSlice" => SliceReader.Read(json, context.Texts) ?? ServiceDecoder.EndpointSlice(Read(json, context.Json.EndpointSliceObject)),
        "Secret" => ConfigurationDecoder.Secret(Read(json, context.Json.SecretObject)),
        "ReferenceGrant" => ConfigurationDecoder.ReferenceGrant(Read(json, context.Json.ReferenceGrantObject)),
        "ConfigMap" => ConfigurationDecoder.ConfigMap(Read(json, context.Json.ConfigMapObject)),
        _ => ConfigurationDecoder.Namespace(Read(json, context.Json.NamespaceObject)),
    };

    private static T Read<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
        where T : KubernetesObject => JsonSerializer.Deserialize(json, type) ?? throw new ObjectFailure("", "an object", "nothing");

    /// <summary>The name of an object that belongs to a namespace.</summary>
    internal static NamespacedName NameOf(KubernetesObject source, bool isLabel = false)
    {
        var name = ClusterNameOf(source, isLabel);
        var scope = source.Metadata?.Namespace is { Length: > 0 } given ? given : DefaultNamespace;
        return KubernetesName.IsLabel(scope)
            ? new NamespacedName(scope, name)
            : throw new ObjectFailure("metadata.namespace", "a DNS label", ObjectFailure.Quoted(scope));
    }

    /// <summary>The name of an object that belongs to no namespace.</summary>
    internal static string ClusterNameOf(KubernetesObject source, bool isLabel = false) =>
        source.Metadata?.Name is { } name && (isLabel ? KubernetesName.IsLabel(name) : KubernetesName.IsSubdomain(name))
            ? name
            : throw new ObjectFailure("metadata.name", isLabel ? "a DNS label" : "a DNS name", ObjectFailure.Quoted(source.Metadata?.Name));

    /// <summary>The record with what all kinds have.</summary>
    internal static T WithMetadata<T>(this T resource, KubernetesObject source)
        where T : Resource => resource with
        {
            CreatedAt = source.Metadata?.CreationTimestamp,
            Annotations = Texts(source.Metadata?.Annotations),
        };

    /// <summary>A map without what kubectl notes about itself, which is as large as the object.</summary>
    internal static EquatableMap<string> Texts(Dictionary<string, LenientText>? entries)
    {
        entries?.Remove("kubectl.kubernetes.io/last-applied-configuration");
        return entries is not { Count: > 0 } ? default : entries.Select(e => KeyValuePair.Create(e.Key, e.Value.Value)).ToEquatableMap();
    }

    /// <summary>Decodes each item of a list that may be absent and may have empty items; items that give null are left out.</summary>
    internal static EquatableArray<TOut> Each<TIn, TOut>(TIn?[]? items, string path, Func<TIn, string, TOut?> decode)
        where TIn : class
        where TOut : class
    {
        if (items is not { Length: > 0 })
        {
            return [];
        }

        var result = new List<TOut>(items.Length);
        for (var index = 0; index < items.Length; index++)
        {
            var itemPath = $"{path}[{index}]";
            var item = items[index] ?? throw new ObjectFailure(itemPath, "a value", "nothing");
            if (decode(item, itemPath) is { } decoded)
            {
                result.Add(decoded);
            }
        }

        return result.ToEquatableArray();
    }

    /// <summary>Our converters explain themselves; for structure the serializer speaks of its types, so we do not let it.</summary>
    private static string Explain(JsonException failure) => failure.Message switch
    {
        var own when own.StartsWith("Expected ", StringComparison.Ordinal) && failure.InnerException is null => own,
        var twice when twice.StartsWith("Duplicate ", StringComparison.Ordinal) => "Expected each key once, found one that stands twice.",
        var list when list.Contains("[]", StringComparison.Ordinal) => "Expected a list, found something else.",
        var time when time.Contains("System.DateTimeOffset", StringComparison.Ordinal) => "Expected a time (RFC 3339), found something else.",
        _ => "Expected a mapping, found something else.",
    };
}
