using Sluice.Core.Annotations;
using Sluice.Core.Annotations.Features;
using Sluice.Core.Model;
using Sluice.Core.Resources;
using Sluice.Core.Translation.ConfigMaps;
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
    private readonly PodTlsPolicies podTls;
    private readonly AskedSecrets secrets;
    private readonly ConfigMapUse configMaps;
    private readonly SharePolicies shares;
    private readonly Dictionary<SettingValues, (RoutePolicy Route, BackendPolicy? Backend)> policies = [];
    private SettingValues own = SettingValues.None;
    private CanaryRules? canary;

    private IngressReader(IngressResource ingress, ReadingInputs inputs)
    {
        secrets = new AskedSecrets(inputs.Secrets.Source, inputs.References, findings);
        podTls = new PodTlsPolicies(inputs.Secrets, secrets, findings);
        this.ingress = ingress;
        globals = inputs.Globals.Values;
        knowsCountries = inputs.Globals.Policy.Countries is not null;
        services = inputs.Services;
        configMaps = new ConfigMapUse(inputs.ConfigMaps, inputs.References, findings);
        shares = new SharePolicies(ingress.Ref, services, service => PoliciesFor(service), findings);
    }

    /// <summary>Reads an Ingress. One of another class asks for nothing.</summary>
    public static IngressReading Read(IngressResource ingress, ClassSelection classes, ReadingInputs inputs)
    {
        var reader = new IngressReader(ingress, inputs);
        return classes.Includes(ingress, reader.findings)
            ? reader.Read()
            : new IngressReading(ingress) { Findings = reader.findings.ToEquatableArray() };
    }

    private IngressReading Read()
    {
        own = SettingValues.Read(ingress.Ref, Scopes.Ingress, ingress.Annotations, findings);
        var settings = new SettingLayers(own, globals);
        findings.AddRange(knowsCountries ? [] : RoutePolicies.WithoutCountries(ingress.Ref, Scopes.Ingress, own));
        canary = CanaryPolicies.Read(new SettingLayers(own), ingress.Ref, findings);
        ReadRules(settings.Read(Paths.PathType));
        candidates.AddRange(canary is null ? WwwRedirects.Of(candidates, settings, ingress.Ref, findings) : []);
        ReadDefaultBackend();
        TellIdleSettings();
        shares.TellUnused(new SettingLayers(own), canary is not null);
        return new IngressReading(ingress)
        {
            IsOurs = true,
            Candidates = candidates.ToEquatableArray(),
            Tls = ReadTls().ToEquatableArray(),
            Secrets = secrets.Asked,
            Findings = findings.ToEquatableArray(),
            ConfigMaps = configMaps.Asked,
        };
    }

    // Those of a guard that cannot be set up are told, too, because the canary takes nothing then.
    private void TellIdleSettings()
    {
        var isClosed = policies.Values.Any(policy => policy.Route.IsClosed);
        var idle = canary is null ? [] : policies.Keys.Append(own).SelectMany(values => SettingNeeds.OfRoute(values, "the Ingress whose route this canary shares"));
        findings.AddRange(idle.Where(finding => !isClosed || !findings.Exists(other => other.Field == finding.Field)).ToList());

        // A Service may have what a setting of its Ingress needs, and the Ingress what one of its Services does.
        findings.AddRange(SettingNeeds.Unmet(own, new SettingLayers([own, globals, .. policies.Keys]).Has));
        findings.AddRange(policies.Keys.SelectMany(service => SettingNeeds.Unmet(service, new SettingLayers(service, own, globals).Has, $" for {ingress.Ref}")));
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
                    candidates.Add(Candidate((host, match), path.Backend, (field, $"{field}.backend")));
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

        var otherwise = Candidate((null, new PathMatch(PathMatchKind.Otherwise, "/")), backend, (Field, Field));
        candidates.AddRange(ruleHosts.Append(null).Distinct().Select(host => otherwise with { Host = host }));
    }

    private RouteCandidate Candidate((Hostname? Host, PathMatch Match) place, IngressBackend backend, (string Own, string OfBackend) fields)
    {
        var target = ReadBackend(backend, fields.OfBackend);
        if (backend is not IngressBackend.Service named)
        {
            return new RouteCandidate(place.Host, place.Match, target, PoliciesFor(null).Route, fields.Own) { Canary = canary };
        }

        var service = new NamespacedName(ingress.Id.Namespace, named.Name);
        var route = new RouteCandidate(place.Host, place.Match, target, PoliciesFor(service).Route, fields.Own) { Canary = canary, Service = service };
        return shares.AddTo(route, named.Port.ToString(), new SettingLayers(services.Of(service), own));
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
                hosts.AddRange(candidates.Where(candidate => !candidate.IsSpare).Select(candidate => candidate.Host).OfType<Hostname>().Where(host => !host.IsAddress));
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
    private (RoutePolicy Route, BackendPolicy? Backend) PoliciesFor(NamespacedName? service)
    {
        var nearest = service is { } name ? services.Of(name) : SettingValues.None;
        if (policies.TryGetValue(nearest, out var known))
        {
            return known;
        }

        var settings = new SettingLayers(nearest, own, globals);
        var route = RoutePolicies.Read(settings, ingress.Ref, knowsCountries, (secrets, configMaps), findings);
        return policies[nearest] = (route.IsClosed ? route : route with { Mirror = ReadMirror() }, podTls.AddTo(BackendPolicies.Read(settings, findings), settings));
    }

    // Nothing is copied to pods that may not be spoken to.
    private Mirror? ReadMirror()
    {
        var settings = new SettingLayers(own);
        if (settings.Read(Mirroring.To) is not { } target)
        {
            return null;
        }

        var name = new NamespacedName(ingress.Id.Namespace, target.Service);
        var ofTarget = new SettingLayers(services.Of(name), own, globals);
        return podTls.AddTo(BackendPolicies.Read(ofTarget, findings), ofTarget) is { } policy
            ? new Mirror(new BackendId(name, target.Port, policy), settings.Read(Mirroring.Percent))
            : null;
    }

    private BackendId? ReadBackend(IngressBackend backend, string field)
    {
        if (backend is IngressBackend.Service service)
        {
            var name = new NamespacedName(ingress.Id.Namespace, service.Name);
            return PoliciesFor(name).Backend is { } policy ? new BackendId(name, service.Port.ToString(), policy) : null;
        }

        findings.Add(new Finding(ingress.Ref, $"{field}.resource", FindingCode.UnsupportedBackend,
            "expected a Service; requests for it get 503"));
        return null;
    }
}
