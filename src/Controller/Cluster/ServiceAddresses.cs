using System.Text.Json;
using Sluice.Controller.Manifests;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Controller.Cluster;

/// <summary>The addresses at which one Service is reached from outside; <paramref name="changed"/> is told null when there is no Service.</summary>
internal sealed class ServiceAddresses(Action<EquatableArray<LoadBalancerAddress>?> changed) : ObjectStore(TextPool.None)
{
    protected override void Keep(NamespacedName name, ReadOnlySpan<byte> json)
    {
        try
        {
            changed(Read(JsonSerializer.Deserialize(json, WritingJson.Default.PublishedService)));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException("the API server sent a Service that cannot be read", e);
        }
    }

    protected override void Drop(NamespacedName name) => changed(null);

    // A load balancer that has no address yet has none; the address inside the cluster is not told in its place.
    private static EquatableArray<LoadBalancerAddress> Read(PublishedService? service)
    {
        var spec = service?.Spec ?? new PublishedServiceSpec();
        if (spec.Type == "ExternalName")
        {
            return Named([spec.ExternalName]);
        }

        var balanced = (service?.Status?.LoadBalancer?.Ingress ?? []).Select(IngressStatus.AddressIn).Where(address => address.ToString().Length > 0).ToEquatableArray();
        return balanced.Count > 0 ? balanced
            : spec.ExternalIPs is { Length: > 0 } external ? Named(external)
            : spec.Type == "LoadBalancer" || spec.ClusterIP is null or "None" ? []
            : Named([spec.ClusterIP]);
    }

    private static EquatableArray<LoadBalancerAddress> Named(string?[] texts) =>
        texts.Select(text => PublishedAddresses.TryParse(text ?? "", out var address) ? address : default)
            .Where(address => address != default).Distinct().ToEquatableArray();
}
