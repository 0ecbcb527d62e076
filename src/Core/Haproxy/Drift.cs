using System.Collections.Immutable;
using Sluice.Core.Values;

namespace Sluice.Core.Haproxy;

/// <summary>
/// How what HAProxy holds differs from what it should hold. It says so in the terms of the planner: as the state that
/// runs. Parts that are right are the wanted state's own objects, so that the planner does not look into them.
/// </summary>
/// <param name="Running">What runs, and what of it is on its way out.</param>
/// <param name="Repairs">Commands for what the planner knows nothing of; they come before its own.</param>
/// <param name="ReloadReasons">What only a reload can mend.</param>
public sealed record Drift(RunningState Running, EquatableArray<RuntimeCommand> Repairs, EquatableArray<string> ReloadReasons)
{
    /// <summary>What must be done so that HAProxy holds the wanted state.</summary>
    public Plan Repair(HaproxyState wanted)
    {
        if (ReloadReasons.Count > 0)
        {
            return new Plan.Reload(ReloadReasons);
        }

        return (Planner.Plan(Running, wanted), Repairs.Count) switch
        {
            (Plan.Update update, > 0) => new Plan.Update([.. Repairs, .. update.Commands]),
            (Plan.Nothing, > 0) => new Plan.Update(Repairs),
            var (plan, _) => plan,
        };
    }

    /// <param name="seen">What HAProxy says.</param>
    /// <param name="wanted">What it should hold.</param>
    /// <param name="layout">Where its files lie.</param>
    /// <param name="patterns">What the patterns of its program's rules were at first; null if that is not known.</param>
    public static Drift Between(Observation seen, HaproxyState wanted, Layout layout, string? patterns)
    {
        if (seen.ProgramId != StateText.ProgramId(wanted))
        {
            return new Drift(new RunningState(wanted, [], seen.CanAddBackends), [], ["HAProxy runs another program"]);
        }

        var comparison = new Comparison(seen, wanted, layout);
        var files = PemFileDrift.Between(seen, wanted, layout);
        var running = wanted with
        {
            PemFiles = files.Files,
            Certificates = comparison.Certificates(),
            Backends = comparison.Backends(),
            Hosts = comparison.Hosts(),
            Regexes = seen.Regexes == wanted.Regexes ? wanted.Regexes : seen.Regexes,
        };
        comparison.Process();
        comparison.ReloadReasons.AddRange(patterns is null || patterns == seen.Patterns ? [] : ["patterns of its rules were changed"]);
        comparison.Repairs.AddRange(files.Repairs);
        comparison.Retiring.UnionWith(files.Retiring);
        return new Drift(
            new RunningState(running, comparison.Retiring.ToImmutable(), seen.CanAddBackends), comparison.Repairs.ToEquatableArray(), comparison.ReloadReasons.ToEquatableArray());
    }

    private sealed class Comparison(Observation seen, HaproxyState wanted, Layout layout)
    {
        // A host that no rule can have: for entries that nobody wants.
        private const string Nobody = "\0";

        private readonly ServerDrift servers = new(seen, wanted);

        public List<RuntimeCommand> Repairs => servers.Repairs;

        public List<string> ReloadReasons { get; } = [];

        public ImmutableHashSet<Retirement>.Builder Retiring => servers.Retiring;

        public void Process()
        {
            if (seen.IsDraining)
            {
                Repairs.Add(new RuntimeCommand.EndDraining());
            }

            if (seen.ConnectionLimit != seen.ProgramConnectionLimit)
            {
                Repairs.Add(new RuntimeCommand.RestoreConnectionLimit());
            }

            Repairs.AddRange(seen.RateLimits.Select(limit => new RuntimeCommand.RemoveRateLimit(limit)));
            Repairs.AddRange(seen.Frontends.Where(frontend => frontend.Status == "PAUSED").Select(frontend => new RuntimeCommand.EnableFrontend(frontend.Name)));
            Repairs.AddRange(seen.Frontends.Where(frontend => frontend.ConnectionLimit != seen.ProgramConnectionLimit)
                .Select(frontend => new RuntimeCommand.LimitFrontend(frontend.Name, seen.ProgramConnectionLimit)));
            ReloadReasons.AddRange(seen.Frontends.Where(frontend => frontend.Status == "STOP").Select(frontend => $"the frontend {frontend.Name} was shut down"));
        }

        public Table<string, HostEntries> Hosts()
        {
            // Only the first of several entries with a key can be seen and deleted: all of them have to go.
            var values = new Dictionary<(MapName Map, string Key), string>();
            var doubled = new HashSet<(MapName Map, string Key)>();
            foreach (var entry in seen.Entries)
            {
                if (!values.TryAdd((entry.Map, entry.Key), entry.Value))
                {
                    Repairs.Add(new RuntimeCommand.RemoveMapEntry(entry.Map, entry.Key));
                    doubled.Add((entry.Map, entry.Key));
                }
            }

            foreach (var (map, key) in doubled)
            {
                Repairs.Add(new RuntimeCommand.RemoveMapEntry(map, key));
                values.Remove((map, key));
            }

            foreach (var entry in wanted.Sets.Values.SelectMany(used => used.Set.Entries))
            {
                if (!values.Remove((entry.Map, entry.Key), out var value))
                {
                    Repairs.Add(new RuntimeCommand.AddMapEntry(entry));
                }
                else if (value != entry.Value)
                {
                    Repairs.Add(new RuntimeCommand.SetMapEntry(entry));
                }
            }

            var hosts = wanted.Hosts;
            foreach (var host in wanted.Hosts.Values)
            {
                var there = host.Entries.Where(entry => values.ContainsKey((entry.Map, entry.Key)))
                    .Select(entry => values.Remove((entry.Map, entry.Key), out var value) ? entry with { Value = value } : entry).ToEquatableArray();
                hosts = there == host.Entries ? hosts : hosts.SetItem(host.Host, host with { Entries = there });
            }

            var unwanted = values.Select(entry => new MapEntry(entry.Key.Map, entry.Key.Key, entry.Value)).ToEquatableArray();
            return unwanted.Count == 0 ? hosts : hosts.SetItem(Nobody, new HostEntries(Nobody, unwanted, []));
        }

        public Table<string, BackendState> Backends()
        {
            servers.Limits();
            var backends = wanted.Backends;
            foreach (var backend in wanted.Backends.Values)
            {
                var there = servers.Of(backend);
                if (!seen.Backends.TryGetValue(backend.Name, out var isPublished))
                {
                    backends = backends.Remove(backend.Name);
                }
                else if (!isPublished)
                {
                    backends = backends.Remove(backend.Name);
                    Retiring.Add(new Retirement(backend.Name, ""));
                    Retiring.UnionWith(there.Select(server => new Retirement(backend.Name, server.Name)));
                }
                else if (there != backend.Servers)
                {
                    backends = backends.SetItem(backend.Name, backend with { Servers = there });
                }
            }

            foreach (var (name, isPublished) in seen.Backends.Where(backend => !wanted.Backends.ContainsKey(backend.Key)))
            {
                var there = servers.Of(new BackendState(name, "", []));
                if (wanted.Program.Any(section => section.Name == $"backend {name}"))
                {
                    Repairs.AddRange(isPublished ? [] : [new RuntimeCommand.PublishBackend(name)]);
                }
                else if ((isPublished && seen.CanAddBackends) || there.Count > 0)
                {
                    backends = backends.SetItem(name, new BackendState(name, "", there));
                }
                else
                {
                    Retiring.Add(new Retirement(name, ""));
                }
            }

            return backends;
        }

        public Table<string, CertificateEntry> Certificates()
        {
            Repairs.AddRange(seen.Transactions.Select(file => new RuntimeCommand.AbortCertificate(file)));
            var files = new HashSet<string>(seen.CertificateFiles.Concat(seen.CertificateList.Select(line => line.Key)), StringComparer.Ordinal);
            files.Remove(layout.DefaultCertificateFile);
            files.RemoveWhere(file => layout.PemFileName(file) is not null);
            var certificates = wanted.Certificates;
            foreach (var entry in wanted.Certificates.Values)
            {
                var file = layout.CertificateFile(entry.Name);
                if (seen.CertificateFiles.Contains(file) && seen.CertificateList[file].Select(line => line.Hosts).SequenceEqual([string.Join(' ', entry.Hosts)]))
                {
                    files.Remove(file);
                    CompareContent(file, entry.Pem);
                }
                else
                {
                    certificates = certificates.Remove(entry.Name);
                }
            }

            CompareContent(layout.DefaultCertificateFile, wanted.DefaultCertificate);
            foreach (var file in files)
            {
                // One of ours from before serves until what takes its place is there.
                if (layout.CertificateName(file) is { } name && !wanted.Certificates.ContainsKey(name)
                    && seen.CertificateFiles.Contains(file) && seen.CertificateList[file].Count() == 1)
                {
                    certificates = certificates.SetItem(name, new CertificateEntry(name, new Sensitive(""), []));
                    continue;
                }

                Repairs.AddRange(seen.CertificateList[file].Select(line => new RuntimeCommand.UnlistCertificate(file, line.Line)));
                Repairs.AddRange(seen.CertificateFiles.Contains(file) ? [new RuntimeCommand.ForgetCertificate(file)] : []);
            }

            return certificates;
        }

        private void CompareContent(string file, Sensitive pem)
        {
            if (!seen.Fingerprints.TryGetValue(file, out var fingerprint) || fingerprint == CertificateFingerprint.OfLeaf(pem))
            {
                return;
            }

            if (pem.Length > RuntimeCommand.LargestPayload)
            {
                ReloadReasons.Add($"{file} was another certificate, and the right one is larger than HAProxy takes at run time");
            }
            else
            {
                Repairs.Add(new RuntimeCommand.ReplaceCertificate(file, pem));
            }
        }
    }
}
