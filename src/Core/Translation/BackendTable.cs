using Sluice.Core.Annotations;
using Sluice.Core.Annotations.Features;
using Sluice.Core.Model;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Core.Translation;

/// <summary>A backend, who asks for it and, if it cannot serve, why.</summary>
internal sealed record BackendResult(Backend Backend, EquatableArray<IngressReading> Users)
{
    public FindingCode? Problem { get; init; }

    /// <summary>The DNS name behind it, if its Service is of type ExternalName.</summary>
    public string? ExternalName { get; init; }
}

/// <summary>The ports of one Service that are asked for.</summary>
internal sealed record AskedPorts(EquatableArray<BackendId> Backends);

/// <summary>Finds the endpoints behind each Service port that a route names.</summary>
internal sealed class BackendTable
{
    private readonly IngressReadings readings;
    private readonly GlobalSettings globals;
    private readonly References references;
    private readonly ClusterSnapshot cluster;
    private Table<BackendId, BackendResult> results;
    private Table<BackendId, BackendResult> problems;
    private Table<BackendId, BackendResult> external;
    private Table<NamespacedName, AskedPorts> asked;

    private BackendTable(
        IngressReadings readings, (GlobalSettings Globals, References References) settings, ClusterSnapshot cluster, BackendTable? before)
    {
        this.readings = readings;
        (globals, references) = settings;
        this.cluster = cluster;
        results = before?.results ?? Table.Empty<BackendId, BackendResult>();
        problems = before?.problems ?? results;
        external = before?.external ?? results;
        asked = before?.asked ?? Table.Empty<NamespacedName, AskedPorts>();
        Backends = before?.Backends ?? Table.Empty<BackendId, Backend>();
    }

    public Table<BackendId, Backend> Backends { get; private set; }

    /// <summary>The DNS names of the ExternalName Services among them.</summary>
    public EquatableArray<string> ExternalNames =>
        external.Values.Select(result => result.ExternalName!).Distinct().Order(StringComparer.Ordinal).ToEquatableArray();

    /// <summary>Whether a route leads to a port of this Service.</summary>
    public bool IsNamed(NamespacedName service) => asked.ContainsKey(service);

    public IEnumerable<Finding> Findings => problems.SelectMany(entry => Report(entry.Key, entry.Value));

    public static BackendTable Resolve(
        IngressReadings readings, (GlobalSettings Globals, References References) settings, ClusterSnapshot cluster, BackendTable? before)
    {
        var table = new BackendTable(readings, settings, cluster, before);
        var changed = table.ChangedUsers(before);
        if (before is null && table.globals.DefaultBackend is { } fallback)
        {
            changed.TryAdd(fallback, []);
        }

        foreach (var service in table.ChangedServices(before))
        {
            foreach (var id in table.asked.GetValueOrDefault(service)?.Backends ?? [])
            {
                changed.TryAdd(id, table.Users(id));
            }
        }

        foreach (var (id, users) in changed)
        {
            table.Set(id, users);
        }

        return table;
    }

    // The backends that a changed Ingress names or named, with all readings that name them now.
    private Dictionary<BackendId, HashSet<IngressReading>> ChangedUsers(BackendTable? before)
    {
        var users = new Dictionary<BackendId, HashSet<IngressReading>>();
        foreach (var (_, former, reading) in readings.All.ChangesSince(before?.readings.All ?? Table.Empty<NamespacedName, IngressReading>()))
        {
            foreach (var id in (former?.Candidates ?? []).SelectMany(candidate => candidate.Backends()))
            {
                Of(id).Remove(former!);
            }

            foreach (var id in (reading?.Candidates ?? []).SelectMany(candidate => candidate.Backends()))
            {
                Of(id).Add(reading!);
            }
        }

        return users;

        HashSet<IngressReading> Of(BackendId id) => users.TryGetValue(id, out var known) ? known : users[id] = Users(id);
    }

    private HashSet<IngressReading> Users(BackendId id) => new(results.GetValueOrDefault(id)?.Users ?? [], ReferenceEqualityComparer.Instance);

    private IEnumerable<NamespacedName> ChangedServices(BackendTable? before)
    {
        if (before is null)
        {
            return [];
        }

        var names = cluster.ExternalAddresses.ChangesSince(before.cluster.ExternalAddresses).Select(change => change.Key).ToHashSet(StringComparer.Ordinal);
        return cluster.Services.ChangesSince(before.cluster.Services).Select(change => change.Key)
            .Concat(cluster.EndpointSlices.ChangesSince(before.cluster.EndpointSlices).Select(change => change.Key))
            .Concat(names.Count == 0 ? [] : external.Where(entry => names.Contains(entry.Value.ExternalName!)).Select(entry => entry.Key.Service));
    }

    private void Set(BackendId id, HashSet<IngressReading> users)
    {
        var ports = asked.GetValueOrDefault(id.Service)?.Backends ?? [];
        if (users.Count == 0 && globals.DefaultBackend != id)
        {
            (results, problems, external, Backends) = (results.Remove(id), problems.Remove(id), external.Remove(id), Backends.Remove(id));
            var rest = ports.Where(port => port != id).ToEquatableArray();
            asked = rest.Count == 0 ? asked.Remove(id.Service) : asked.SetItem(id.Service, new AskedPorts(rest));
            return;
        }

        if (!ports.Contains(id))
        {
            asked = asked.SetItem(id.Service, new AskedPorts([.. ports, id]));
        }

        var result = Resolve(id, users.ToEquatableArray());
        results = results.SetItem(id, result);
        problems = result.Problem is null ? problems.Remove(id) : problems.SetItem(id, result);
        external = result.ExternalName is null ? external.Remove(id) : external.SetItem(id, result);
        if (Backends.GetValueOrDefault(id) != result.Backend)
        {
            Backends = Backends.SetItem(id, result.Backend);
        }
    }

    private BackendResult Resolve(BackendId id, EquatableArray<IngressReading> users)
    {
        var result = new BackendResult(new Backend(id, []), users);
        if (cluster.Services.GetValueOrDefault(id.Service) is not { } service)
        {
            return result with { Problem = FindingCode.ServiceNotFound };
        }

        var port = service.Ports.FirstOrDefault(port => port.Name == id.Port || $"{port.Number}" == id.Port);
        if (service.ExternalName is not null)
        {
            return Resolve(result, service.ExternalName.TrimEnd('.').ToLowerInvariant(), port);
        }

        var slices = cluster.EndpointSlices.GetValueOrDefault(id.Service)?.Slices ?? [];
        return port is null
            ? result with { Problem = FindingCode.PortNotFound }
            : result with { Backend = new Backend(id, ServiceEndpoints.Find(service, port, slices)) };
    }

    private BackendResult Resolve(BackendResult result, string externalName, ServicePort? port)
    {
        var id = result.Backend.Id;
        var number = port?.Number ?? (int.TryParse(id.Port, out var asked) ? asked : 0);
        if (number == 0 || !KubernetesName.IsSubdomain(externalName))
        {
            return result with { Problem = number == 0 ? FindingCode.PortNotFound : FindingCode.InvalidExternalName };
        }

        // A name of the cluster itself would lead around the rules of namespaces.
        if (References.ServiceOf(externalName) is { } other && !references.Allow(id.Service.Namespace, "Service", other))
        {
            return result with { Problem = FindingCode.ReferenceNotGranted };
        }

        var addresses = cluster.ExternalAddresses.GetValueOrDefault(externalName)?.Addresses ?? [];
        var endpoints = addresses.Select(address => new Endpoint(address, number, Draining: false)).Distinct().Order();
        return result with { ExternalName = externalName, Backend = new Backend(id, endpoints.ToEquatableArray()) };
    }

    private IEnumerable<Finding> Report(BackendId id, BackendResult result)
    {
        foreach (var user in result.Users)
        {
            var places = user.Candidates.Where(candidate => candidate.Backend == id)
                .Select(candidate => (user.Ingress.Ref, Field: candidate.IsFallback ? candidate.Field : $"{candidate.Field}.backend", candidate.Policy.Shares.Count == 0 ? "requests for it get 503" : "the others get its part"))
                .Concat(user.Candidates.Where(candidate => candidate.Policy.Mirror?.Backend == id)
                    .Select(_ => (user.Ingress.Ref, SettingValues.Field(Scopes.Ingress, Mirroring.To.Key), "nothing is copied")))
                .Concat(user.Candidates.Where(candidate => candidate.Backend != id && candidate.Policy.Shares.Any(share => share.Backend == id))
                    .Select(candidate => (candidate.SharedBy!, SettingValues.Field(Scopes.Ingress, Sharing.ServiceWeights.Key), "the others get its part")))
                .Distinct();
            foreach (var (source, field, meanwhile) in places)
            {
                yield return new Finding(source, field, result.Problem!, Message(result.Problem!, id, meanwhile));
            }
        }

        if (globals.DefaultBackend == id)
        {
            yield return new Finding(globals.Source, globals.Values.Fields[Globals.DefaultBackend.Name]!, result.Problem!, Message(result.Problem!, id, "requests for it get 503"));
        }
    }

    private static string Message(FindingCode problem, BackendId id, string meanwhile) =>
        problem == FindingCode.ServiceNotFound ? $"there is no Service {id.Service}; {meanwhile}"
        : problem == FindingCode.PortNotFound ? $"Service {id.Service} has no TCP port {id.Port}; {meanwhile}"
        : problem == FindingCode.ReferenceNotGranted
            ? $"the externalName of Service {id.Service} leads to a Service of another namespace, and no ReferenceGrant there lets Ingresses of {id.Service.Namespace} use it; {meanwhile}"
        : $"the externalName of Service {id.Service} is not a DNS name; {meanwhile}";
}
