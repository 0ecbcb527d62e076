using System.Text.Json;
using System.Text.Json.Serialization;

// What we read of the objects that we write, or that tell us what to write; any field may be absent.
namespace Sluice.Controller.Cluster;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(WrittenObject))]
[JsonSerializable(typeof(PublishedService))]
internal sealed partial class WritingJson : JsonSerializerContext;

/// <summary>An object with a status, or an Event.</summary>
internal sealed class WrittenObject
{
    public WrittenMeta? Metadata { get; set; }
    public PublishedStatus? Status { get; set; }
    public int? Count { get; set; }
}

internal sealed class WrittenMeta
{
    public string? Uid { get; set; }
    public string? ResourceVersion { get; set; }
    public ManagedFields?[]? ManagedFields { get; set; }
}

internal sealed class ManagedFields
{
    public string? Manager { get; set; }
    public JsonElement? FieldsV1 { get; set; }
}

internal sealed class PublishedStatus
{
    public PublishedLoadBalancer? LoadBalancer { get; set; }
}

internal sealed class PublishedLoadBalancer
{
    public JsonElement[]? Ingress { get; set; }
}

internal sealed class PublishedService
{
    public PublishedServiceSpec? Spec { get; set; }
    public PublishedStatus? Status { get; set; }
}

internal sealed class PublishedServiceSpec
{
    public string? Type { get; set; }

    [JsonPropertyName("externalIPs")]
    public string?[]? ExternalIPs { get; set; }

    [JsonPropertyName("clusterIP")]
    public string? ClusterIP { get; set; }
    public string? ExternalName { get; set; }
}
