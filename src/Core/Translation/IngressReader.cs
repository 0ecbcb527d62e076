using Sluice.Core.Annotations;
using Sluice.Core.Annotations.Features;
using Sluice.Core.Model;
using Sluice.Core.Resources;
using Sluice.Core.Translation.Policies;
using Sluice.Core.Values;

namespace Sluice.Core.Translation;

/// <summary>Reads Ingresses one by one: hosts, paths, backends, TLS entries and annotations into types, the rest into findings.</summary>
internal sealed class IngressReader
{
    private readonly IngressResource ingress;
    private readonly List<Finding> findings = [];
    private readonly List<RouteCandidate> candidates = [];
    private readonly List<Hostname?> ruleHosts = [];
    private readonly SettingValues globals;
    private readonly ServiceSettings services;
    private readonly bool knowsCountries;
    private readonly AskedSecrets secrets;
    private readonly Dictionary<SettingValues, (RoutePolicy Route, BackendPolicy Backend)> policies = [];
    private SettingValues own = SettingValues.None;
    private CanaryRules? canary;

    private IngressReader(IngressResource ingress, GlobalSettings globals, ServiceSettings services, AskedSecrets secrets)
    {
        this.secrets = secrets;
        this.ingress = ingress;
        this.globals = globals.Values;
        knowsCountries = globals.Policy.Countries is not null;
        this.services = services;
    }

    /// <summary>Reads an Ingress. One of another class asks for nothing.</summary>
    public static IngressReading Read(IngressResource ingress, ClassSelection classes, (GlobalSettings Globals, ServiceSettings Services) settings, AskedSecrets secrets)
    {
        var reader = new IngressReader(ingress, settings.Globals, settings.Services, secrets);
        return classes.Includes(ingress, reader.findings)
            ? reader.Read()
            : new IngressReading(ingress) { Findings = reader.findings.ToEquatableArray() };
    }

    private IngressReading Read()
    {
        own = SettingValues.Read(ingress.Ref, Scopes.Ingress, ingress.Annotations, findings);
        var settings = new SettingLayers(own, globals);
        findings.AddRange(SettingNeeds.Unmet(ingress.Ref, ingress.Annotations, own, settings));
        findings.AddRange(knowsCountries ? [] : RoutePolicies.WithoutCountries(ingress.Ref, Scopes.Ingress, own));
        canary = CanaryPolicies.Read(new SettingLayers(own), ingress.Ref, findings);
        ReadRules(settings.Read(Paths.PathType));
        ReadDefaultBackend();
        return new IngressReading(ingress)
        {
            IsOurs = true,
            Candidates = candidates.ToEquatableArray(),
            Tls = ReadTls().ToEquatableArray(),
            Secrets = secrets.Asked,
            Findings = findings.ToEquatableArray(),
        };
    }

    private void ReadRules(PathMatchKind implementationSpecific)
    {
        for (var i = 0; i < ingress.Rules.Count; i++)
        {
            var rule = ingress.Rules[i];
            if (!TryReadHost(rule.Host, $"spec.rules[{i}].host", "its rule is left out", out var host))
            {
                continue;
            }

            ruleHosts.Add(host);
            for (var j = 0; j < rule.Paths.Count; j++)
            {
                var field = $"spec.rules[{i}].http.paths[{j}]";
                var path = rule.Paths[j];
                if (TryReadPath(path, implementationSpecific, field, out var match))
                {
                    var backend = ReadBackend(path.Backend, $"{field}.backend");
                    candidates.Add(new RouteCandidate(host, match, backend, PoliciesFor(backend?.Service).Route, field) { Canary = canary });
                }
            }
        }
    }

    // For the hosts of its own rules, after these; and for every request that nothing else takes.
    private void ReadDefaultBackend()
    {
        const string Field = "spec.defaultBackend";
        if (ingress.DefaultBackend is not { } backend)
        {
            return;
        }

        var target = ReadBackend(backend, Field);
        var otherwise = new PathMatch(PathMatchKind.Otherwise, "/");
        candidates.AddRange(ruleHosts.Append(null).Distinct().Select(host => new RouteCandidate(host, otherwise, target, PoliciesFor(target?.Service).Route, Field) { Canary = canary }));
    }

    private IEnumerable<TlsRequest> ReadTls()
    {
        for (var i = 0; i < ingress.Tls.Count; i++)
        {
            var entry = ingress.Tls[i];
            var field = $"spec.tls[{i}]";
            var hosts = new List<Hostname>();
            for (var j = 0; j < entry.Hosts.Count; j++)
            {
                if (TryReadHost(entry.Hosts[j], $"{field}.hosts[{j}]", "it is left out", out var host) && host is { } named
                    && IsServedByTls(named, $"{field}.hosts[{j}]"))
                {
                    hosts.Add(named);
                }
            }

            if (entry.Hosts.Count == 0)
            {
                hosts.AddRange(candidates.Select(candidate => candidate.Host).OfType<Hostname>().Where(host => !host.IsAddress));
            }

            // An entry without hosts is for all hosts; one whose hosts cannot be read must not become that.
            if (hosts.Count == 0 && (entry.Hosts.Count > 0 || (ingress.Rules.Count > 0 && candidates.Count == 0)))
            {
                continue;
            }

            // Without a Secret the default certificate serves; the hosts have TLS all the same.
            yield return new TlsRequest(SecretName(entry.SecretName), hosts.Distinct().ToEquatableArray(), field);
        }
    }

    // NAMESPACE/NAME, too, where a grant allows it; the API server itself takes only a name.
    private NamespacedName SecretName(string text) =>
        Kinds.ObjectName.Parse(text, out var other) && other is { } named ? named : new NamespacedName(ingress.Id.Namespace, text);

    private bool IsServedByTls(Hostname host, string field)
    {
        if (host.IsAddress)
        {
            findings.Add(new Finding(ingress.Ref, field, FindingCode.InvalidHost,
                "expected a DNS name, because clients do not name an address when they ask for a certificate; it is left out"));
        }

        return !host.IsAddress;
    }

    private bool TryReadHost(string text, string field, string meanwhile, out Hostname? host)
    {
        host = null;
        if (text.Length == 0)
        {
            return true;
        }

        if (Hostname.TryParse(text, out var parsed))
        {
            host = parsed;
            return true;
        }

        findings.Add(new Finding(ingress.Ref, field, FindingCode.InvalidHost,
            $"expected a DNS name such as shop.example.com or *.example.com; {meanwhile}"));
        return false;
    }

    private bool TryReadPath(IngressPath path, PathMatchKind implementationSpecific, string field, out PathMatch match)
    {
        var kind = path.Type switch
        {
            PathType.Exact => PathMatchKind.Exact,
            PathType.Prefix => PathMatchKind.Prefix,
            _ => implementationSpecific,
        };
        if (PathMatches.TryParse(kind, path.Path, out match, out var expected))
        {
            return true;
        }

        findings.Add(new Finding(ingress.Ref, $"{field}.path", FindingCode.InvalidPath, $"expected {expected}; its rule is left out"));
        return false;
    }

    // Routes to Services with the same settings have the same policies.
    private (RoutePolicy Route, BackendPolicy Backend) PoliciesFor(NamespacedName? service)
    {
        var nearest = service is { } name ? services.Of(name) : SettingValues.None;
        if (policies.TryGetValue(nearest, out var known))
        {
            return known;
        }

        var settings = new SettingLayers(nearest, own, globals);
        var route = RoutePolicies.Read(settings, ingress.Ref, knowsCountries, secrets, findings);
        return policies[nearest] = (route.IsClosed ? route : route with { Mirror = ReadMirror() }, BackendPolicies.Read(settings));
    }

    private Mirror? ReadMirror()
    {
        var settings = new SettingLayers(own);
        if (settings.Read(Mirroring.To) is not { } target)
        {
            return null;
        }

        var name = new NamespacedName(ingress.Id.Namespace, target.Service);
        return new Mirror(new BackendId(name, target.Port, BackendPolicies.Read(new SettingLayers(services.Of(name), own, globals))), settings.Read(Mirroring.Percent));
    }

    private BackendId? ReadBackend(IngressBackend backend, string field)
    {
        if (backend is IngressBackend.Service service)
        {
            var name = new NamespacedName(ingress.Id.Namespace, service.Name);
            return new BackendId(name, service.Port.ToString(), PoliciesFor(name).Backend);
        }

        findings.Add(new Finding(ingress.Ref, $"{field}.resource", FindingCode.UnsupportedBackend,
            "expected a Service; requests for it get 503"));
        return null;
    }
}
