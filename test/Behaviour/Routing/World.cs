using Sluice.Behaviour.Harness;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Routing;

/// <summary>The objects of a random test: some Ingresses, and the Services that have no endpoint or do not exist.</summary>
public sealed record World(IReadOnlyList<WorldIngress> Ingresses, IReadOnlyList<string> Empty, IReadOnlyList<string> Missing)
{
    public static IReadOnlyList<string> Namespaces { get; } = ["a", "b"];

    public static IReadOnlyList<string> Services { get; } = ["s1", "s2", "s3"];

    /// <summary>All Services as <c>namespace/name</c>; the pods have the same names with a dash.</summary>
    public static IReadOnlyList<string> AllServices { get; } = [.. Namespaces.SelectMany(_ => Services, (ns, name) => $"{ns}/{name}")];

    /// <summary>The manifests, one file for each Ingress and Service.</summary>
    public Dictionary<string, string> Files(EchoPods pods)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var service in AllServices.Except(Missing))
        {
            EchoPod[] endpoints = Empty.Contains(service) ? [] : [pods[service.Replace('/', '-')]];
            files[$"service-{service.Replace('/', '-')}.yaml"] = ServiceOf(service, endpoints);
        }

        foreach (var ingress in Ingresses)
        {
            files[$"ingress-{ingress.Namespace}-{ingress.Name}.yaml"] = ingress.Yaml();
        }

        return files;
    }

    public override string ToString() => string.Concat(
        Ingresses.Select(ingress => ingress.Yaml())) + $"# empty: {string.Join(", ", Empty)}; missing: {string.Join(", ", Missing)}\n";
}

/// <summary>An Ingress of the random world.</summary>
/// <param name="Namespace">Its namespace, which is that of its Services too.</param>
/// <param name="Name">Its name.</param>
/// <param name="CreatedDay">The day on which it was created; null for an Ingress that does not say.</param>
/// <param name="Regex">True if its ImplementationSpecific paths are regular expressions.</param>
/// <param name="DefaultBackend">The Service of its default backend, if it has one.</param>
/// <param name="Rules">Its rules; an empty host is for all hosts.</param>
public sealed record WorldIngress(
    string Namespace, string Name, int? CreatedDay, bool Regex, string? DefaultBackend, IReadOnlyList<RuleFor> Rules)
{
    public string Yaml() => Ingress(
        $"{Namespace}/{Name}",
        Rules,
        DefaultBackend,
        annotations: Regex ? [("sluice.dev/path-type", "regex")] : [],
        created: CreatedDay is { } day ? new DateTimeOffset(2026, 1, day, 0, 0, 0, TimeSpan.Zero) : null);
}
