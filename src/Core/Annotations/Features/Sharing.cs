using System.Globalization;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Annotations.Features;

/// <summary>Services that share requests.</summary>
public static class Sharing
{
    private const string UpToMost = "up to 8 Services with weights from 0 to 1000000, such as web=90,web-v2=10 or web-v2:http=10, each Service once and one weight above 0 at least";

    private static readonly ValueKind<int> Weight = Kinds.Number(0, 1_000_000);

    public static readonly Setting<EquatableArray<WeightedService>> ServiceWeights = new(
        "service-weights", Scopes.Ingress | Scopes.Service,
        new ValueKind<EquatableArray<WeightedService>>(UpToMost, TryParse, value => string.Join(',', value)), Fallback: [],
        "Services of the same namespace that share the requests of rules whose Service is among them, each with its weight, and the port of the rule unless another one is named. "
        + "They are taken evenly, and not by chance. A Service without a ready pod, or in maintenance, gets none, and the others get its part by their weights; where only weights of 0 are left, requests get 503. "
        + "What a canary takes is not shared. A client with the cookie of cookie-persistence stays at its Service, unless that has the weight 0. "
        + "What happens to requests on their way is as the rule's own Service has it; how pods are balanced, checked and connected to, and whether they are in maintenance, is as each Service has it.",
        "web=90,web-v2=10");

    private static bool TryParse(string text, out EquatableArray<WeightedService> value)
    {
        var items = text.Split(',', StringSplitOptions.TrimEntries).Select(Read).ToList();
        var services = items.OfType<WeightedService>().ToList();
        value = services.ToEquatableArray();
        return services.Count == items.Count && services.Count <= ServiceShare.Most && services.Exists(service => service.Weight > 0)
            && services.DistinctBy(service => service.Name, StringComparer.Ordinal).Count() == services.Count;
    }

    private static WeightedService? Read(string item)
    {
        var (equals, colon) = (item.IndexOf('=', StringComparison.Ordinal), item.IndexOf(':', StringComparison.Ordinal));
        if (equals < 0 || !Weight.Parse(item[(equals + 1)..], out var weight))
        {
            return null;
        }

        var (name, port) = colon < 0 ? (item[..equals], null) : colon < equals ? (item[..colon], item[(colon + 1)..equals]) : ("", null);
        return KubernetesName.IsLabel(name) && (port is null || KubernetesName.IsPort(port)) ? new WeightedService(name, port, weight) : null;
    }
}

/// <summary>A Service, or one of its ports, with its weight.</summary>
/// <param name="Name">The name of the Service.</param>
/// <param name="Port">The name or the number of its port; null where it is not said.</param>
/// <param name="Weight">The weight.</param>
public sealed record WeightedService(string Name, string? Port, int Weight)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}{(Port is null ? "" : $":{Port}")}={Weight}");
}
