using System.Collections.Immutable;
using Sluice.Core.Model;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Core.Translation;

/// <summary>Gathers who claims which host with which certificate, and decides.</summary>
internal sealed class TlsResolver(ClusterSnapshot cluster, TlsInputs inputs, TlsResolution? before)
{
    private readonly List<Finding> findings = [];
    private readonly Dictionary<Hostname, List<Claim>> claims = [];
    private readonly ImmutableHashSet<Hostname>.Builder hosts = ImmutableHashSet.CreateBuilder<Hostname>();
    private Table<NamespacedName, CertificateReading> read = Table.Empty<NamespacedName, CertificateReading>();
    private bool anyHost;

    public TlsResolution Resolve(IngressReadings readings, ResourceRef settings)
    {
        var given = inputs.DefaultName is { } name ? Usable(name, settings, "data[default-certificate]") : null;
        foreach (var reading in readings.All.Values)
        {
            foreach (var request in reading.Tls)
            {
                Add(reading, request);
            }
        }

        var names = new TlsHosts(hosts.ToImmutable(), anyHost);
        return new TlsResolution(readings, cluster.Secrets, inputs)
        {
            Certificates = Served(),
            DefaultCertificate = given ?? inputs.Options.SelfSigned,
            Hosts = before is not null && before.Hosts == names ? before.Hosts : names,
            NextExpiry = NextExpiry(),
            Findings = findings.ToEquatableArray(),
            Read = read,
            Asked = read.Keys.Order().ToEquatableArray(),
        };
    }

    private void Add(IngressReading reading, TlsRequest request)
    {
        var source = reading.Ingress.Ref;
        hosts.UnionWith(request.Hosts);
        anyHost |= request.Hosts.Count == 0;
        if (request.Secret.Name.Length == 0 || !MayUse(reading, request)
            || Usable(request.Secret, source, $"{request.Field}.secretName") is not { } certificate)
        {
            return;
        }

        foreach (var host in request.Hosts.Count > 0 ? request.Hosts : certificate.Names)
        {
            if (!certificate.Names.Any(name => name.Covers(host)))
            {
                findings.Add(new Finding(source, $"{request.Field}.hosts", FindingCode.CertificateHostMismatch,
                    $"the certificate in Secret {request.Secret} does not name {host}; it is served all the same"));
            }

            if (!claims.TryGetValue(host, out var list))
            {
                claims.Add(host, list = new List<Claim>(1));
            }

            list.Add(new Claim(reading, certificate, request.Field));
        }
    }

    // What is not granted is not even read.
    private bool MayUse(IngressReading reading, TlsRequest request)
    {
        var allowed = inputs.References.Allow(reading.Ingress.Id.Namespace, "Secret", request.Secret);
        if (!allowed)
        {
            findings.Add(new Finding(reading.Ingress.Ref, $"{request.Field}.secretName", FindingCode.ReferenceNotGranted,
                $"Secret {request.Secret} is of another namespace, and no ReferenceGrant there lets Ingresses of {reading.Ingress.Id.Namespace} use it; the default certificate serves"));
        }

        return allowed;
    }

    // The certificate of a Secret, or the last one that was good, or null; with a finding for all but the first.
    private Certificate? Usable(NamespacedName name, ResourceRef source, string field)
    {
        var reading = Read(name);
        if (reading.Certificate is { } certificate && IsValid(certificate))
        {
            return certificate;
        }

        var problem = reading.Certificate is not { } present ? reading.Problem
            : present.NotAfter <= cluster.Now ? $"the certificate expired at {present.NotAfter:u}"
            : $"the certificate is not valid before {present.NotBefore:u}";
        var lastGood = reading.LastGood is { } last && last != reading.Certificate && IsValid(last) ? last : null;
        findings.Add(new Finding(source, field, reading.Secret is null ? FindingCode.SecretNotFound : FindingCode.InvalidCertificate,
            $"Secret {name}: {problem}; {(lastGood is null ? "another certificate of its hosts serves, else the default one" : "its last good certificate serves")}"));
        return lastGood;
    }

    private bool IsValid(Certificate certificate) => certificate.NotBefore <= cluster.Now && cluster.Now < certificate.NotAfter;

    private CertificateReading Read(NamespacedName name)
    {
        if (read.TryGetValue(name, out var done))
        {
            return done;
        }

        var secret = cluster.Secrets.GetValueOrDefault(name);
        var known = before?.Read.GetValueOrDefault(name);
        var reading = known is not null && ReferenceEquals(known.Secret, secret) ? Confirmed(known) : Read(secret, known);
        read = read.SetItem(name, reading);
        return reading;
    }

    // A certificate may have become valid since it was read.
    private CertificateReading Confirmed(CertificateReading known) =>
        known.Certificate is { } certificate && IsValid(certificate) ? known with { LastGood = certificate } : known;

    private CertificateReading Read(SecretResource? secret, CertificateReading? known)
    {
        var (certificate, problem) = (default(Certificate), "it does not exist");
        if (secret?.Data["tls.crt"] is { } chain && secret.Data["tls.key"] is { } key)
        {
            certificate = CertificateReader.TryRead(chain.Reveal, key.Reveal, out problem);
        }
        else if (secret is not null)
        {
            problem = "it lacks tls.crt or tls.key";
        }

        // An expired certificate does not take the place of the one that it was to replace.
        return new CertificateReading(secret, certificate, problem, certificate is not null && IsValid(certificate) ? certificate : known?.LastGood);
    }

    // For each host the first claim of each key type; then the hosts by certificate.
    private Table<string, ServedCertificate> Served()
    {
        var winners = new Dictionary<string, (Certificate Certificate, List<Hostname> Hosts)>(StringComparer.Ordinal);
        foreach (var (host, list) in claims)
        {
            list.Sort((left, right) => left.Reading.CompareTo(right.Reading));
            foreach (var ofType in list.GroupBy(claim => claim.Certificate.KeyType))
            {
                var winner = ofType.First();
                foreach (var loser in ofType.Where(claim => claim.Certificate != winner.Certificate))
                {
                    findings.Add(new Finding(loser.Reading.Ingress.Ref, $"{loser.Field}.secretName", FindingCode.CertificateConflict,
                        $"{winner.Reading.Ingress.Ref}, which is older or first by name, already has an {ofType.Key} certificate for {host}; that one serves"));
                }

                if (!winners.TryGetValue(winner.Certificate.Fingerprint, out var entry))
                {
                    winners.Add(winner.Certificate.Fingerprint, entry = (winner.Certificate, []));
                }

                entry.Hosts.Add(host);
            }
        }

        var served = before?.Certificates ?? Table.Empty<string, ServedCertificate>();
        served = served.Keys.Where(fingerprint => !winners.ContainsKey(fingerprint)).ToList().Aggregate(served, (table, gone) => table.Remove(gone));
        foreach (var (fingerprint, (certificate, names)) in winners)
        {
            names.Sort();
            var entry = new ServedCertificate(certificate, names.ToEquatableArray());
            served = served.GetValueOrDefault(fingerprint) == entry ? served : served.SetItem(fingerprint, entry);
        }

        return served;
    }

    private DateTimeOffset? NextExpiry() => read.Values
        .SelectMany(reading => new[] { reading.Certificate?.NotBefore, reading.Certificate?.NotAfter, reading.LastGood?.NotAfter })
        .Where(moment => moment > cluster.Now)
        .Min();

    private sealed record Claim(IngressReading Reading, Certificate Certificate, string Field);
}
