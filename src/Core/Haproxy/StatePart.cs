using Sluice.Core.Values;

namespace Sluice.Core.Haproxy;

/// <summary>
/// A piece of a state that can be left out by itself, when HAProxy refuses it. Its content belongs to it: the piece that
/// takes its place after a change is another one.
/// </summary>
public abstract record StatePart
{
    private StatePart()
    {
    }

    /// <summary>A certificate; its name says its content.</summary>
    public sealed record Certificate(string Name) : StatePart;

    /// <summary>A backend with all its servers.</summary>
    public sealed record Backend(BackendState State) : StatePart;

    /// <summary>One server of a backend.</summary>
    public sealed record Server(string BackendName, ServerState State) : StatePart;

    /// <summary>A line of a map.</summary>
    public sealed record Entry(MapEntry Line) : StatePart;

    /// <summary>The data of a policy, or a list of it; its name says its content. Routes that use it do without: guards refuse.</summary>
    public sealed record Data(string Name) : StatePart;

    /// <summary>What servers name for TLS; its name says its content. Backends that need it do without servers.</summary>
    public sealed record Pem(string Name) : StatePart;

    /// <summary>The part that a command brings, if it brings one.</summary>
    public static StatePart? Of(RuntimeCommand command, HaproxyState wanted) => command switch
    {
        RuntimeCommand.AddCertificate add => new Certificate(add.Entry.Name),
        RuntimeCommand.AddPemFile add => new Pem(add.File.Name),
        RuntimeCommand.AddBackend add when wanted.Backends.TryGetValue(add.Backend, out var state) => new Backend(state),
        RuntimeCommand.AddServer add => new Server(add.Backend, add.Server),
        RuntimeCommand.ReviveServer revive => new Server(revive.Backend, revive.Server),
        RuntimeCommand.AddMapEntry add when wanted.Sets.TryGetValue(add.Entry.Key.Split(':', 2)[0], out var used) && used.Set.Entries.Contains(add.Entry) =>
            new Data(used.Set.Name),
        RuntimeCommand.AddMapEntry add => new Entry(add.Entry),
        RuntimeCommand.SetMapEntry set => new Entry(set.Entry),
        _ => null,
    };

    /// <summary>The parts of a state that another one does not have.</summary>
    public static IEnumerable<StatePart> New(HaproxyState wanted, HaproxyState? running)
    {
        var certificates = running is null ? wanted.Certificates.Values : wanted.Certificates.ChangesSince(running.Certificates).Select(change => change.Current);
        var pemFiles = running is null ? wanted.PemFiles.Values : wanted.PemFiles.ChangesSince(running.PemFiles).Select(change => change.Current);
        var backends = running is null ? wanted.Backends.Values : wanted.Backends.ChangesSince(running.Backends).Select(change => change.Current);
        var hosts = running is null ? wanted.Hosts.Values : wanted.Hosts.ChangesSince(running.Hosts).Select(change => change.Current);
        return
        [
            .. certificates.OfType<CertificateEntry>().Select(entry => new Certificate(entry.Name)),
            .. pemFiles.OfType<UsedPemFile>().Select(used => new Pem(used.File.Name)),
            .. hosts.OfType<HostEntries>().SelectMany(host => host.Regexes).Select(entry => new Entry(entry)),
            .. backends.OfType<BackendState>().Select(backend => new Backend(backend)),
        ];
    }

    /// <summary>Whether what HAProxy complains about is this part, as far as its words tell.</summary>
    public bool IsNamedIn(string complaint) => this switch
    {
        Certificate part => complaint.Contains($"/{part.Name}.pem'", StringComparison.Ordinal),
        Pem part => complaint.Contains($"/{part.Name}.pem", StringComparison.Ordinal),
        Backend part => complaint.Contains($"'server {part.State.Name}/", StringComparison.Ordinal),
        Entry part => complaint.Contains($"regex '{part.Line.Key}' is invalid", StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>The state without this part; the same state if it does not hold it.</summary>
    public HaproxyState RemovedFrom(HaproxyState state)
    {
        switch (this)
        {
            case Certificate part when state.Certificates.ContainsKey(part.Name):
                return state with { Certificates = state.Certificates.Remove(part.Name) };
            case Pem part when state.PemFiles.ContainsKey(part.Name):
                return state with
                {
                    PemFiles = state.PemFiles.Remove(part.Name),
                    Backends = state.Backends.Values.Where(backend => backend.PemFiles.Any(file => file.Name == part.Name))
                        .Aggregate(state.Backends, (table, backend) => table.SetItem(backend.Name, backend with { Servers = [], PemFiles = [] })),
                };
            case Backend part when state.Backends.GetValueOrDefault(part.State.Name) is { } backend && backend == part.State:
                return WithoutUnnamedFiles(state with { Backends = state.Backends.Remove(part.State.Name) });
            case Server part when state.Backends.GetValueOrDefault(part.BackendName) is { } backend:
                var servers = backend.Servers.Where(server => server != part.State).ToEquatableArray();
                return servers.Count == backend.Servers.Count
                    ? state
                    : WithoutUnnamedFiles(state with { Backends = state.Backends.SetItem(backend.Name, backend with { Servers = servers }) });
            case Data part when state.Sets.ContainsKey(part.Name):
                return state with { Sets = state.Sets.Remove(part.Name) };
            case Entry part:
                return Without(state, part.Line);
            default:
                return state;
        }
    }

    // HAProxy starts with the files that a server names, and no others.
    private static HaproxyState WithoutUnnamedFiles(HaproxyState state)
    {
        if (state.PemFiles.Count == 0)
        {
            return state;
        }

        var named = state.Backends.Values.Where(backend => backend.Servers.Count > 0).SelectMany(backend => backend.PemFiles).Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
        return state with { PemFiles = state.PemFiles.Keys.Where(name => !named.Contains(name)).Aggregate(state.PemFiles, (files, name) => files.Remove(name)) };
    }

    private static HaproxyState Without(HaproxyState state, MapEntry line)
    {
        var host = state.Hosts.Values.FirstOrDefault(host => host.Entries.Contains(line) || host.Regexes.Contains(line));
        return host is null
            ? state
            : state with
            {
                Hosts = state.Hosts.SetItem(host.Host, host with
                {
                    Entries = host.Entries.Where(entry => entry != line).ToEquatableArray(),
                    Regexes = host.Regexes.Where(entry => entry != line).ToEquatableArray(),
                }),
                Regexes = state.Regexes.Where(entry => entry != line).ToEquatableArray(),
            };
    }
}
