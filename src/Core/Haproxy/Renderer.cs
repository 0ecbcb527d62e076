using System.Security.Cryptography;
using System.Text;
using Sluice.Core.Haproxy.Features;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Haproxy;

/// <summary>Turns the model into what HAProxy should know. Parts of the model that are the same objects as before give the same objects.</summary>
public static class Renderer
{
    // A certificate with thousands of hosts is listed in parts, so that a new host does not replace them all.
    private const int HostCharactersPerEntry = 4096;

    // Beyond this, a reload for a new one drops those that nobody asks for any more.
    private const int MostRareProfiles = 32;

    // The weight of a server whose agent may give it a part of it.
    private const int SharedWeight = 100;

    private const int UsualWeight = 1;

    /// <summary>How many digits of a certificate's fingerprint begin the name of its entry.</summary>
    internal const int FingerprintInName = 24;

    /// <param name="model">What the proxy should do.</param>
    /// <param name="layout">Where things lie.</param>
    /// <param name="previous">The last model with its state: only what differs is rendered anew.</param>
    public static HaproxyState Render(ProxyModel model, Layout layout, (ProxyModel Model, HaproxyState State)? previous = null)
    {
        var (formerModel, former) = previous ?? Nothing(model);
        var hosts = former.Hosts;
        var sets = former.Sets;
        var filters = former.Filters;
        var windows = former.RareWindows;
        var regexes = false;
        foreach (var (name, _, host) in model.Hosts.ChangesSince(formerModel.Hosts))
        {
            var entries = host is null ? null : RouteKeys.Entries(host);
            regexes |= entries?.Regexes.Count > 0 || former.Hosts.GetValueOrDefault(name)?.Regexes.Count > 0;
            sets = Counted(sets, former.Hosts.GetValueOrDefault(name)?.Sets ?? [], entries?.Sets ?? []);
            filters = entries is null ? filters : With(filters, entries.Filters);
            hosts = entries is null ? hosts.Remove(name) : hosts.SetItem(name, entries);
            windows = entries is null ? windows : With(windows, entries.RareWindows);
        }

        (hosts, sets) = model.Pages == formerModel.Pages ? (hosts, sets) : WithPages(hosts, sets, model.Pages);
        var (backends, allSets, rareProfiles) = Backends(model, formerModel, former with { Sets = sets }, layout);
        filters = With(filters, rareProfiles.Select(profile => profile.Needs).OfType<Filter>().ToEquatableArray());
        var pemFiles = backends.ChangesSince(former.Backends)
            .Aggregate(former.PemFiles, (files, change) => Counted(files, change.Former?.PemFiles ?? [], change.Current?.PemFiles ?? []));
        var isSame = previous is not null && formerModel.Global == model.Global && rareProfiles == former.RareProfiles && filters == former.Filters && windows == former.RareWindows;
        var global = model.Global with { RareWindows = windows };
        var plain = global with { Snippets = ProgramSnippets.None };
        return new HaproxyState
        {
            Program = isSame ? former.Program : ProgramWriter.Write(global, rareProfiles, filters, layout),
            PlainProgram = isSame ? former.PlainProgram : plain == global ? null : ProgramWriter.Write(plain, rareProfiles, filters, layout),
            RareProfiles = rareProfiles,
            Filters = filters,
            RareWindows = windows,
            Hosts = hosts,
            Sets = allSets,
            Regexes = regexes ? Regexes(hosts) : former.Regexes,
            Backends = backends,
            Certificates = Certificates(model, formerModel, former.Certificates),
            PemFiles = pemFiles,
            DrainLimit = model.Global.Timeouts.HardStop ?? TimeSpan.MaxValue,
            DefaultCertificate = model.DefaultCertificate.Pem,
        };
    }

    private static (ProxyModel Model, HaproxyState State) Nothing(ProxyModel model) =>
        (new ProxyModel { DefaultCertificate = model.DefaultCertificate }, new HaproxyState { DefaultCertificate = model.DefaultCertificate.Pem });

    // They belong to no host: requests without a route get them, too.
    private static (Table<string, HostEntries> Hosts, Table<string, UsedSet> Sets) WithPages(
        Table<string, HostEntries> hosts, Table<string, UsedSet> sets, SharedList<ErrorPage>? pages)
    {
        const string NoHost = " pages";
        var entries = pages is null ? null : new HostEntries(NoHost, [new MapEntry(MapName.Pages, ErrorReplies.ForAll, ErrorReplies.Set(pages).Name)], []) { Sets = [ErrorReplies.Set(pages)] };
        sets = Counted(sets, hosts.GetValueOrDefault(NoHost)?.Sets ?? [], entries?.Sets ?? []);
        return (entries is null ? hosts.Remove(NoHost) : hosts.SetItem(NoHost, entries), sets);
    }

    private static EquatableArray<Filter> With(EquatableArray<Filter> filters, EquatableArray<Filter> more) =>
        more.All(filters.Contains) ? filters : filters.Union(more).Order().ToEquatableArray();

    // There are not many of them.
    private static EquatableArray<TimeSpan> With(EquatableArray<TimeSpan> windows, EquatableArray<TimeSpan> more) =>
        more.All(windows.Contains) ? windows : windows.Union(more).Order().ToEquatableArray();

    private static Table<string, UsedSet> Counted(Table<string, UsedSet> sets, EquatableArray<DataSet> formerly, EquatableArray<DataSet> now)
    {
        if (formerly == now)
        {
            return sets;
        }

        foreach (var set in now)
        {
            sets = sets.SetItem(set.Name, sets.GetValueOrDefault(set.Name) is { } used ? used with { Uses = used.Uses + 1 } : new UsedSet(set, 1));
        }

        foreach (var set in formerly)
        {
            var used = sets[set.Name];
            sets = used.Uses == 1 ? sets.Remove(set.Name) : sets.SetItem(set.Name, used with { Uses = used.Uses - 1 });
        }

        return sets;
    }

    private static Table<string, UsedPemFile> Counted(Table<string, UsedPemFile> files, EquatableArray<PemFile> formerly, EquatableArray<PemFile> now)
    {
        foreach (var file in now)
        {
            files = files.SetItem(file.Name, new UsedPemFile(file, (files.GetValueOrDefault(file.Name)?.Uses ?? 0) + 1));
        }

        foreach (var file in formerly)
        {
            var uses = files[file.Name].Uses - 1;
            files = uses == 0 ? files.Remove(file.Name) : files.SetItem(file.Name, new UsedPemFile(file, uses));
        }

        return files;
    }

    private static (Table<string, BackendState> Backends, Table<string, UsedSet> Sets, EquatableArray<Section> RareProfiles) Backends(
        ProxyModel model, ProxyModel formerModel, HaproxyState former, Layout layout)
    {
        var (backends, sets) = (former.Backends, former.Sets);
        var rare = new HashSet<Profile>();
        foreach (var (id, _, backend) in model.Backends.ChangesSince(formerModel.Backends))
        {
            var name = Names.Backend(id);
            var state = backend is null ? null : Backend(backend);
            sets = Counted(sets, backends.GetValueOrDefault(name)?.Sets ?? [], state?.Sets ?? []);
            backends = state is null ? backends.Remove(name) : backends.SetItem(name, state);
            _ = state is not null && Profile.Of(id.Policy) is var profile && profile.IsRare() && rare.Add(profile);
        }

        return (backends, sets, RareProfiles(rare, former.RareProfiles, model, layout));
    }

    // They only grow, for one that goes would be a reload that nobody needs; but not without end.
    private static EquatableArray<Section> RareProfiles(HashSet<Profile> asked, EquatableArray<Section> former, ProxyModel model, Layout layout)
    {
        var added = asked.Select(profile => profile.Section(layout)).Except(former).ToList();
        if (added.Count == 0)
        {
            return former;
        }

        IEnumerable<Section> kept = former.Count < MostRareProfiles
            ? former
            : model.Backends.Keys.Select(id => Profile.Of(id.Policy)).Distinct().Where(profile => profile.IsRare()).Select(profile => profile.Section(layout));
        return kept.Union(added).OrderBy(section => section.Name, StringComparer.Ordinal).ToEquatableArray();
    }

    private static Table<string, CertificateEntry> Certificates(
        ProxyModel model, ProxyModel formerModel, Table<string, CertificateEntry> entries)
    {
        foreach (var (_, former, served) in model.Certificates.ChangesSince(formerModel.Certificates))
        {
            var wanted = served is null ? [] : Certificate(served).ToDictionary(entry => entry.Name, StringComparer.Ordinal);
            foreach (var gone in former is null ? [] : Certificate(former).Where(entry => !wanted.Remove(entry.Name)))
            {
                entries = entries.Remove(gone.Name);
            }

            entries = wanted.Values.Aggregate(entries, (table, entry) => table.SetItem(entry.Name, entry));
        }

        return entries;
    }

    private static EquatableArray<MapEntry> Regexes(Table<string, HostEntries> hosts) =>
        hosts.Values.SelectMany(host => host.Regexes)
            .OrderByDescending(entry => entry.Key.Length)
            .ThenBy(entry => entry.Key, StringComparer.Ordinal)
            .ToEquatableArray();

    private static BackendState Backend(Backend backend)
    {
        var policy = backend.Id.Policy;
        return new BackendState(Names.Backend(backend.Id), Profile.Of(policy).Name(), backend.Endpoints.Select(endpoint => Server(endpoint, backend.Id)).ToEquatableArray())
        {
            Sets = policy.Check?.Http is { } check ? [CheckedResponse.Data(check)] : [],

            Scripts = policy.FastCgi is { } scripts ? FastCgiSection.Of(scripts) : null,

            // HAProxy starts with those that a server names.
            PemFiles = backend.Endpoints.Count == 0 ? [] : PemFile.Of(policy).ToEquatableArray(),
        };
    }

    private static ServerState Server(Endpoint endpoint, BackendId backend)
    {
        var (name, policy) = (Names.Server(endpoint), backend.Policy);
        var weight = policy.Weight ?? (policy.Agent is null ? UsualWeight : SharedWeight);
        return new ServerState(name, Names.Address(endpoint), endpoint.Draining ? 0 : weight, ServerKeywords.Of(backend, name)) { Limit = policy.MaxConnectionsPerPod ?? 0 };
    }

    private static IEnumerable<CertificateEntry> Certificate(ServedCertificate served)
    {
        var characters = served.Hosts.Sum(host => host.Value.Length + 1);
        var parts = (uint)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, characters / HostCharactersPerEntry));
        return served.Hosts.Select(host => host.Value)
            .GroupBy(host => StableHash(host) % parts)
            .Select(part => Entry(served.Certificate, part.ToEquatableArray()));
    }

    private static CertificateEntry Entry(Certificate certificate, EquatableArray<string> hosts)
    {
        var list = SHA256.HashData(Encoding.ASCII.GetBytes(string.Join(' ', hosts)));
        return new CertificateEntry($"{certificate.Fingerprint[..FingerprintInName]}-{Convert.ToHexStringLower(list)[..12]}", certificate.Pem, hosts);
    }

    // FNV-1a: string.GetHashCode differs from run to run, and the files on disk must not.
    private static uint StableHash(string text)
    {
        var hash = 2166136261;
        foreach (var character in text)
        {
            hash = (hash ^ character) * 16777619;
        }

        return hash;
    }
}
