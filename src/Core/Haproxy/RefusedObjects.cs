using Sluice.Core.Haproxy.Features;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Haproxy;

/// <summary>Whose fault it is when HAProxy refuses a part of a state: from the part back to the object.</summary>
public static class RefusedObjects
{
    private const int LongestComplaint = 300;

    /// <summary>A finding for each object of which something is set aside.</summary>
    /// <param name="quarantine">What is set aside.</param>
    /// <param name="model">What the objects ask for.</param>
    /// <param name="secrets">The Secrets by the fingerprint of their certificate.</param>
    public static IEnumerable<Finding> Findings(Quarantine quarantine, ProxyModel model, IEnumerable<(string Fingerprint, NamespacedName Secret)> secrets) =>
        quarantine.Complaints.SelectMany(pair => Objects(pair.Key, model, secrets).Select(item => new Finding(item, "", FindingCode.RefusedByHaproxy,
            $"HAProxy refuses {Name(pair.Key)}, which is left out until it changes. It says: {Shortened(pair.Value)}")));

    /// <summary>The finding for lines of the operator that HAProxy refuses, if it does.</summary>
    public static IEnumerable<Finding> Snippets(ResourceRef config, string? complaint) => complaint is null ? [] :
    [
        new Finding(config, "data", FindingCode.RefusedByHaproxy,
            $"HAProxy refuses its configuration with the snippets; what it ran before stays until they change, and nothing else that needs a reload comes. It says: {Shortened(complaint)}"),
    ];

    private static string Name(StatePart part) => part switch
    {
        StatePart.Certificate => "its certificate",
        StatePart.Pem => "a certificate for TLS to pods",
        StatePart.Backend backend => $"the backend {backend.State.Name}",
        StatePart.Server server => $"the server {server.State.Address}",
        StatePart.Data => "what an annotation asks for",
        StatePart.Entry entry when entry.Line.Map == MapName.Regex => "the regular expression of a path",
        _ => "a route",
    };

    private static IEnumerable<ResourceRef> Objects(
        StatePart part, ProxyModel model, IEnumerable<(string Fingerprint, NamespacedName Secret)> secrets) => part switch
        {
            StatePart.Certificate certificate => secrets
                .Where(item => certificate.Name.StartsWith(item.Fingerprint[..Renderer.FingerprintInName], StringComparison.Ordinal))
                .Select(item => new ResourceRef("Secret", item.Secret)),
            StatePart.Pem file => model.Backends.Keys.Where(id => PemFile.Of(id.Policy).Any(used => used.Name == file.Name))
                .Select(id => new ResourceRef("Service", id.Service)).Distinct(),
            StatePart.Backend backend => Services(backend.State.Name, model),
            StatePart.Server server => Services(server.BackendName, model),
            StatePart.Entry entry => model.Hosts.Values
                .SelectMany(host => host.Routes.Where(route => RouteKeys.Line(host, route) == entry.Line))
                .Select(route => route.Source).Distinct(),
            StatePart.Data data => model.Hosts.Values
                .SelectMany(host => host.Routes.Where(route => RouteFeatures.Render(route.Policy).Sets.Any(set => set.Name == data.Name)))
                .Select(route => route.Source).Distinct(),
            _ => [],
        };

    private static IEnumerable<ResourceRef> Services(string backend, ProxyModel model) =>
        model.Backends.Keys.Where(id => Names.Backend(id) == backend).Select(id => new ResourceRef("Service", id.Service));

    private static string Shortened(string complaint) =>
        complaint.Length <= LongestComplaint ? complaint : $"{complaint[..(LongestComplaint / 2)]} ... {complaint[^(LongestComplaint / 2)..]}";
}
