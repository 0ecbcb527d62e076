using System.Globalization;
using Sluice.Core.Values;

namespace Sluice.Core.Haproxy;

/// <summary>All that HAProxy should know: the program, which only a reload can change, and the data, which commands can.</summary>
public sealed record HaproxyState
{
    public EquatableArray<Section> Program { get; init; }

    /// <summary>The program without the operator's own lines, for when HAProxy refuses them; null if there are none.</summary>
    public EquatableArray<Section>? PlainProgram { get; init; }

    /// <summary>The sections of the program for profiles that were once asked for and are not usual.</summary>
    public EquatableArray<Section> RareProfiles { get; init; }

    /// <summary>The filters that were once asked for.</summary>
    public EquatableArray<Filter> Filters { get; init; }

    /// <summary>The times that limits once counted in and that not every program has tables for.</summary>
    public EquatableArray<TimeSpan> RareWindows { get; init; }

    /// <summary>Map entries by host.</summary>
    public Table<string, HostEntries> Hosts { get; init; } = Table.Empty<string, HostEntries>();

    /// <summary>Entries of <see cref="MapName.Regex"/> in the order in which they are tried.</summary>
    public EquatableArray<MapEntry> Regexes { get; init; }

    /// <summary>Data of policies by its name.</summary>
    public Table<string, UsedSet> Sets { get; init; } = Table.Empty<string, UsedSet>();

    /// <summary>All entries of the maps that are looked up by key, in no order that counts.</summary>
    public IEnumerable<MapEntry> Entries => Sets.Values.SelectMany(used => used.Set.Entries).Concat(Hosts.Values.SelectMany(host => host.Entries));

    public Table<string, BackendState> Backends { get; init; } = Table.Empty<string, BackendState>();

    public Table<string, CertificateEntry> Certificates { get; init; } = Table.Empty<string, CertificateEntry>();

    /// <summary>What servers name for TLS, by name.</summary>
    public Table<string, UsedPemFile> PemFiles { get; init; } = Table.Empty<string, UsedPemFile>();

    /// <summary>How long what is on its way out may go on with the connections that it has.</summary>
    public TimeSpan DrainLimit { get; init; } = TimeSpan.MaxValue;

    /// <summary>Whether lines of the operator's are in the program.</summary>
    public bool HasSnippets => PlainProgram is not null;

    /// <summary>Chain and key of the default certificate.</summary>
    public required Sensitive DefaultCertificate { get; init; }

    /// <summary>Whether it needs the agent.</summary>
    public bool AsksAgent() => Filters.Any(filter => filter is Filter.Agent or Filter.Mirror);
}

/// <summary>A section of the configuration file: its first line, and the lines below.</summary>
public sealed record Section(string Name, string Text)
{
    /// <summary>The filter without which it does nothing; null if it needs none.</summary>
    public Filter? Needs { get; init; }
}

/// <summary>The map entries of one host, and the data of policies that its routes use, each once.</summary>
public sealed record HostEntries(string Host, EquatableArray<MapEntry> Entries, EquatableArray<MapEntry> Regexes)
{
    public EquatableArray<DataSet> Sets { get; init; }

    /// <summary>The filters that its routes need.</summary>
    public EquatableArray<Filter> Filters { get; init; }

    /// <summary>The times that its limits count in and that not every program has tables for.</summary>
    public EquatableArray<TimeSpan> RareWindows { get; init; }
}

/// <summary>A line of a map file.</summary>
public readonly record struct MapEntry(MapName Map, string Key, string Value);

/// <summary>A backend with its servers, in the order of their names. Its name says all that its profile does not.</summary>
public sealed record BackendState(string Name, string Profile, EquatableArray<ServerState> Servers)
{
    /// <summary>The data that its profile looks up.</summary>
    public EquatableArray<DataSet> Sets { get; init; }

    /// <summary>The files that its servers name.</summary>
    public EquatableArray<PemFile> PemFiles { get; init; }

    /// <summary>The section for the scripts that its servers run, with which it comes by a reload only; null if they speak HTTP.</summary>
    public Section? Scripts { get; init; }
}

/// <summary>
/// A server; its name is made from its address, so it never changes its address. Weight 0 takes no new requests. Its
/// options are the rest of its line; they follow from the backend's policy, so that they never change either.
/// </summary>
public readonly record struct ServerState(string Name, string Address, int Weight, string Options = "")
{
    /// <summary>How many connections it gets at a time; 0 for no limit.</summary>
    public int Limit { get; init; }

    /// <summary>Whether HAProxy checks it.</summary>
    public bool IsChecked => Options.Contains(ServerKeywords.Check, StringComparison.Ordinal);

    /// <summary>Whether it is checked over TLS, and no name is asked for.</summary>
    public bool IsCheckedUnnamed => Options.Contains(ServerKeywords.TlsCheck, StringComparison.Ordinal) && !Options.Contains(ServerKeywords.NamedCheck, StringComparison.Ordinal);

    /// <summary>Whether an agent says how much it can take.</summary>
    public bool HasAgent => Options.Contains(ServerKeywords.Agent, StringComparison.Ordinal);

    /// <summary>Whether it is spoken to over TLS.</summary>
    public bool IsTls => Options.Contains(ServerKeywords.Tls, StringComparison.Ordinal);

    /// <summary>The port of its agent; 0 if it has none.</summary>
    public int AgentPort => HasAgent && int.TryParse(Options.Split(ServerKeywords.AgentPort)[1].Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 0;

    /// <summary>Whether clients come back to it by a cookie.</summary>
    public bool IsSticky => Options.Contains(ServerKeywords.Cookie, StringComparison.Ordinal);

    /// <summary>What follows its address, with a blank before it.</summary>
    public string Keywords => $" weight {Weight}{(Limit > 0 ? $" maxconn {Limit}" : "")}{ServerKeywords.Pool}{Options}";
}

/// <summary>A line of the certificate list. The name is made from certificate and hosts, so neither ever changes under it.</summary>
public sealed record CertificateEntry(string Name, Sensitive Pem, EquatableArray<string> Hosts);
