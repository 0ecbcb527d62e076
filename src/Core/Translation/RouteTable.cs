using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Translation;

/// <summary>A host with its routes, what is wrong with them, and the readings that ask for them.</summary>
internal sealed record HostResult(VirtualHost Host, EquatableArray<Finding> Findings, EquatableArray<IngressReading> Readings);

/// <summary>Brings the routes of all Ingresses together by host and decides who wins where two ask for the same.</summary>
internal sealed class RouteTable
{
    private static readonly PathMatch Everything = new(PathMatchKind.Prefix, "/");
    private static readonly PathMatch Otherwise = new(PathMatchKind.Otherwise, "/");

    private readonly IngressReadings readings;
    private readonly TlsHosts tls;
    private readonly GlobalSettings globals;
    private Table<string, HostResult> results;
    private Table<string, HostResult> withFindings;

    private RouteTable(IngressReadings readings, TlsHosts tls, GlobalSettings globals, RouteTable? before)
    {
        this.readings = readings;
        this.tls = tls;
        this.globals = globals;
        results = before?.results ?? Table.Empty<string, HostResult>();
        withFindings = before?.withFindings ?? Table.Empty<string, HostResult>();
        Hosts = before?.Hosts ?? Table.Empty<string, VirtualHost>();
    }

    public Table<string, VirtualHost> Hosts { get; private set; }

    public IEnumerable<Finding> Findings => withFindings.Values.SelectMany(result => result.Findings);

    public static RouteTable Build(IngressReadings readings, GlobalSettings globals, TlsHosts tls, RouteTable? before)
    {
        var table = new RouteTable(readings, tls, globals, before);
        var members = table.ChangedMembers(before);
        if (before is null && globals.DefaultBackend is not null)
        {
            members.TryAdd("", []);
        }

        foreach (var host in before is null ? [] : tls.DifferenceFrom(before.tls, before.Hosts.Keys))
        {
            members.TryAdd(host, table.Members(host));
        }

        foreach (var (host, asking) in members)
        {
            table.Set(host, asking);
        }

        return table;
    }

    // The hosts that a changed Ingress names or named, with all readings that name them now.
    private Dictionary<string, HashSet<IngressReading>> ChangedMembers(RouteTable? before)
    {
        var members = new Dictionary<string, HashSet<IngressReading>>(StringComparer.Ordinal);
        foreach (var (_, former, reading) in readings.All.ChangesSince(before?.readings.All ?? Table.Empty<NamespacedName, IngressReading>()))
        {
            foreach (var candidate in former?.Candidates ?? [])
            {
                Of(candidate).Remove(former!);
            }

            foreach (var candidate in reading?.Candidates ?? [])
            {
                Of(candidate).Add(reading!);
            }
        }

        return members;

        HashSet<IngressReading> Of(RouteCandidate candidate)
        {
            var host = candidate.Host?.Value ?? "";
            return members.TryGetValue(host, out var known) ? known : members[host] = Members(host);
        }
    }

    private HashSet<IngressReading> Members(string host) =>
        new(results.GetValueOrDefault(host)?.Readings ?? [], ReferenceEqualityComparer.Instance);

    private void Set(string host, HashSet<IngressReading> asking)
    {
        if (asking.Count == 0 && (host.Length > 0 || globals.DefaultBackend is null))
        {
            Hosts = Hosts.Remove(host);
            results = results.Remove(host);
            withFindings = withFindings.Remove(host);
            return;
        }

        var result = Merge(host, asking.Order().ToEquatableArray());
        results = results.SetItem(host, result);
        withFindings = result.Findings.Count > 0 ? withFindings.SetItem(host, result) : withFindings.Remove(host);
        if (Hosts.GetValueOrDefault(host) != result.Host)
        {
            Hosts = Hosts.SetItem(host, result.Host);
        }
    }

    private HostResult Merge(string name, EquatableArray<IngressReading> asking)
    {
        Hostname? host = Hostname.TryParse(name, out var parsed) ? parsed : null;
        var hasTls = tls.Includes(host);
        var winners = new Dictionary<PathMatch, Route>();
        var findings = new List<Finding>();
        var asked = asking
            .SelectMany(reading => reading.Candidates, (reading, candidate) => (reading, candidate))
            .Where(pair => pair.candidate.Host == host).ToList();
        asked = asked.Exists(pair => !pair.candidate.IsSpare) ? asked.FindAll(pair => !pair.candidate.IsSpare) : asked;
        foreach (var (reading, candidate) in asked.Where(pair => pair.candidate.Canary is null))
        {
            var policy = hasTls ? candidate.Policy : candidate.Policy.WithoutTls();
            if (!winners.TryAdd(candidate.Match, new Route(candidate.Match, candidate.Backend, policy, reading.Ingress.Ref)) && MustBeTold(candidate))
            {
                findings.Add(Loss(host, candidate, reading.Ingress.Ref, winners[candidate.Match].Source));
            }
        }

        AddCanaries(host, asked.Where(pair => pair.candidate.Canary is not null), winners, findings);
        if (host is null && globals.DefaultBackend is { } lastResort)
        {
            winners.TryAdd(Otherwise, new Route(Otherwise, lastResort, globals.DefaultPolicy, globals.Source));
        }

        if (winners.ContainsKey(Everything))
        {
            winners.Remove(Otherwise);
        }

        var routes = winners.Values.OrderBy(route => route.Match.Path, StringComparer.Ordinal)
            .ThenBy(route => route.Match.Kind).ToEquatableArray();
        return new HostResult(new VirtualHost(host, routes), findings.ToEquatableArray(), asking);
    }

    private static Finding Loss(Hostname? host, RouteCandidate candidate, ResourceRef source, ResourceRef winner)
    {
        var (code, whose) = winner == source
            ? (FindingCode.DuplicateRule, "an earlier rule of this Ingress")
            : (FindingCode.RouteConflict, $"{winner}, which is older or first by name,");
        return new Finding(source, candidate.Field, code,
            $"{whose} already serves {candidate.Match.Kind} {candidate.Match.Path} of {host?.Value ?? "all hosts"}; this one is left out");
    }

    // Somebody else's requests are not theirs to take: the other Ingress has to be of the same namespace. One whose guard
    // cannot be set up takes none, nor does one in maintenance.
    private static void AddCanaries(
        Hostname? host, IEnumerable<(IngressReading Reading, RouteCandidate Candidate)> canaries, Dictionary<PathMatch, Route> winners, List<Finding> findings)
    {
        foreach (var (reading, candidate) in canaries.Where(canary => canary.Candidate.Policy is { IsClosed: false, Maintenance: null }))
        {
            var ingress = reading.Ingress;
            if (winners.TryGetValue(candidate.Match, out var route) && route.Source.Name.Namespace == ingress.Id.Namespace && route.Policy.Canary is null)
            {
                winners[candidate.Match] = route with { Policy = WithCanary(route.Policy, candidate) };
            }
            else if (MustBeTold(candidate))
            {
                findings.Add(new Finding(ingress.Ref, candidate.Field, FindingCode.CanaryWithoutRoute,
                    $"no other Ingress of {ingress.Id.Namespace} serves {candidate.Match.Kind} {candidate.Match.Path} of {host?.Value ?? "all hosts"} without a canary; this one takes no requests there"));
            }
        }
    }

    // What the canary's backend needs of the route it brings along, where the route does not need it for its own; and sessions
    // of the route are sessions at the canary, or clients would gather at where there are some.
    private static RoutePolicy WithCanary(RoutePolicy policy, RouteCandidate candidate) => candidate.Backend is not { } backend ? policy : policy with
    {
        Canary = new Canary(policy.Session is null ? backend : backend.WithCookie(), candidate.Canary!),
        HashKey = policy.HashKey ?? candidate.Policy.HashKey,
        Session = policy.Session ?? candidate.Policy.Session,
    };

    // Of two defaultBackends one is told that it lost, once, and not for each host that both name.
    private static bool MustBeTold(RouteCandidate loser) => !loser.IsFallback || loser.Host is null;
}
