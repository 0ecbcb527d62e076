using Sluice.Core.Haproxy;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Properties;

/// <summary>A HAProxy without traffic: holds what it was told and refuses, loudly, whatever the real one would.</summary>
internal sealed class FakeHaproxy
{
    private readonly Dictionary<string, FakeBackend> backends;
    private readonly Dictionary<MapName, Dictionary<string, string>> maps;
    private readonly Dictionary<string, CertificateEntry> certificates;
    private readonly Dictionary<string, PemFile> pemFiles;
    private readonly EquatableArray<Section> program;
    private EquatableArray<MapEntry> regexes;
    private Sensitive defaultCertificate;

    /// <summary>Starts from files.</summary>
    public FakeHaproxy(HaproxyState files)
    {
        program = files.Program;
        backends = files.Backends.Values.ToDictionary(backend => backend.Name, backend => new FakeBackend(backend));
        maps = Enum.GetValues<MapName>().ToDictionary(map => map, _ => new Dictionary<string, string>());
        foreach (var entry in files.Entries)
        {
            maps[entry.Map].Add(entry.Key, entry.Value);
        }

        certificates = files.Certificates.Values.ToDictionary(entry => entry.Name);
        pemFiles = files.PemFiles.Values.ToDictionary(used => used.File.Name, used => used.File);
        regexes = files.Regexes;
        defaultCertificate = files.DefaultCertificate;
    }

    public void Execute(RuntimeCommand command)
    {
        switch (command)
        {
            case RuntimeCommand.AddBackend add:
                backends.Add(add.Backend, new FakeBackend(add.Profile));
                break;
            case RuntimeCommand.PublishBackend publish:
                Require(!backends[publish.Backend].IsPublished, "the backend is published already");
                backends[publish.Backend].IsPublished = true;
                break;
            case RuntimeCommand.RetireBackend retire:
                Require(backends[retire.Backend].IsPublished, "the backend is not published");
                Require(!Targets().Contains(retire.Backend), "a route leads to the backend");
                backends[retire.Backend].IsPublished = false;
                break;
            case RuntimeCommand.AddServer add:
                Require(PemFiles(add.Server).All(pemFiles.ContainsKey), "the server names a file that is not there");
                backends[add.Backend].Servers.Add(add.Server.Name, add.Server);
                break;
            case RuntimeCommand.ReviveServer revive:
                Set(revive.Backend, revive.Server.Name, revive.Server.Weight);
                Require(backends[revive.Backend].Servers[revive.Server.Name] == revive.Server, "the server is another one");
                break;
            case RuntimeCommand.SetWeight set:
                Set(set.Backend, set.Server, set.Weight);
                break;
            case RuntimeCommand.RetireServer retire:
                Set(retire.Backend, retire.Server, 0);
                break;
            default:
                ExecuteOther(command);
                break;
        }
    }

    private void ExecuteOther(RuntimeCommand command)
    {
        switch (command)
        {
            case RuntimeCommand.AddMapEntry { Entry: var entry }:
                RequireServed(entry);
                maps[entry.Map].Add(entry.Key, entry.Value);
                break;
            case RuntimeCommand.SetMapEntry { Entry: var entry }:
                RequireServed(entry);
                Require(maps[entry.Map].ContainsKey(entry.Key), "the map has no such entry");
                maps[entry.Map][entry.Key] = entry.Value;
                break;
            case RuntimeCommand.RemoveMapEntry remove:
                Require(maps[remove.Map].Remove(remove.Key), "the map has no such entry");
                break;
            case RuntimeCommand.ReplaceRegexes replace:
                RequireServed(replace.Entries);
                regexes = replace.Entries;
                break;
            case RuntimeCommand.AddCertificate { Entry: var entry }:
                Require(entry.Pem.Reveal.Length <= RuntimeCommand.LargestPayload, "the certificate is too large");
                certificates.Add(entry.Name, entry);
                break;
            case RuntimeCommand.RemoveCertificate remove:
                Require(certificates.Remove(remove.Name), "there is no such certificate");
                break;
            case RuntimeCommand.AddPemFile { File: var file }:
                pemFiles.Add(file.Name, file);
                break;
            case RuntimeCommand.ReplaceDefaultCertificate replace:
                Require(replace.Pem.Reveal.Length <= RuntimeCommand.LargestPayload, "the certificate is too large");
                defaultCertificate = replace.Pem;
                break;
            default:
                throw new NotSupportedException(command.ToString());
        }
    }

    /// <summary>Deletes what was drained, servers before their backend. Returns false while a backend still has servers.</summary>
    public bool Delete(Retirement drained)
    {
        if (drained.File is { } file)
        {
            return !backends.Values.SelectMany(other => other.Servers.Values).SelectMany(PemFiles).Contains(file) && pemFiles.Remove(file);
        }

        var backend = backends[drained.Backend];
        if (drained.Server.Length > 0)
        {
            Require(backend.Servers[drained.Server].Weight == 0, "the server takes requests");
            return backend.Servers.Remove(drained.Server);
        }

        Require(!backend.IsPublished, "the backend is published");
        return backend.Servers.Count == 0 && backends.Remove(drained.Backend);
    }

    /// <summary>Fails unless this is what was wanted, but for what is being drained.</summary>
    public void RequireEqual(HaproxyState wanted, IReadOnlySet<Retirement> retiring)
    {
        Assert.Equal(wanted.Program, program);
        Assert.Equal(
            wanted.Backends.Values.Select(backend => backend.Name).Order(StringComparer.Ordinal),
            backends.Where(backend => backend.Value.IsPublished).Select(backend => backend.Key).Order(StringComparer.Ordinal));
        foreach (var (name, backend) in backends)
        {
            Require(backend.IsPublished != retiring.Contains(new Retirement(name, "")), "a backend is retiring if and only if it is not published");
            var servers = backend.Servers.Values.Where(server => !retiring.Contains(new Retirement(name, server.Name)));
            var expected = backend.IsPublished ? wanted.Backends[name] : new BackendState(name, backend.Profile, []);
            Assert.Equal(expected.Profile, backend.Profile);
            Assert.Equal(expected.Servers.OrderBy(server => server.Name, StringComparer.Ordinal), servers.OrderBy(server => server.Name, StringComparer.Ordinal));
        }

        foreach (var (name, server) in retiring.Where(item => item.Server.Length > 0))
        {
            Require(backends[name].Servers[server].Weight == 0, "a retiring server takes requests");
        }

        var entries = maps.SelectMany(map => map.Value, (map, entry) => new MapEntry(map.Key, entry.Key, entry.Value)).ToHashSet();
        Assert.Equal(wanted.Entries.ToHashSet(), entries);
        RequireServed(entries);
        Assert.Equal(wanted.Regexes, regexes);
        Assert.Equal(wanted.Certificates.Values.ToHashSet(), certificates.Values.ToHashSet());
        Assert.Equal(wanted.DefaultCertificate, defaultCertificate);
        Assert.Equal(
            wanted.PemFiles.Keys.Concat(retiring.Select(item => item.File).OfType<string>()).Order(StringComparer.Ordinal), pemFiles.Keys.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> PemFiles(ServerState server) =>
        server.Options.Split(' ').Where(word => word.EndsWith(".pem", StringComparison.Ordinal)).Select(word => word[..^".pem".Length]);

    private void Set(string backend, string server, int weight) =>
        backends[backend].Servers[server] = backends[backend].Servers[server] with { Weight = weight };

    private IEnumerable<string> Targets() => maps.Where(map => map.Key is MapName.Routes or MapName.Wildcards or MapName.Defaults).Select(map => map.Value).SelectMany(map => map.Values).Concat(regexes.Select(entry => entry.Value)).Select(Target);

    private static string Target(string value) => value.Split('|')[0];

    private void RequireServed(IEnumerable<MapEntry> entries)
    {
        foreach (var entry in entries)
        {
            RequireServed(entry);
        }
    }

    private void RequireServed(MapEntry entry)
    {
        if (entry.Map is not (MapName.Routes or MapName.Wildcards or MapName.Defaults))
        {
            return;
        }

        Require(Target(entry.Value) == Names.Unavailable || backends[Target(entry.Value)].IsPublished, $"{entry} leads to a backend that is not published");
        Require(
            entry.Value.Split('|') is not [_, { Length: > 0 } policy, ..] || maps[MapName.Policies].Keys.Any(key => key.StartsWith($"{policy}:", StringComparison.Ordinal)),
            $"the data of its policy is not there: {entry}");
    }

    private static void Require(bool condition, string complaint)
    {
        if (!condition)
        {
            throw new InvalidOperationException(complaint);
        }
    }

    private sealed class FakeBackend(string profile)
    {
        public FakeBackend(BackendState state)
            : this(state.Profile)
        {
            IsPublished = true;
            Servers = state.Servers.ToDictionary(server => server.Name);
        }

        public string Profile { get; } = profile;

        public bool IsPublished { get; set; }

        public Dictionary<string, ServerState> Servers { get; } = [];
    }
}
