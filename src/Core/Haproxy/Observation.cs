using Sluice.Core.Values;

namespace Sluice.Core.Haproxy;

/// <summary>What HAProxy says that it holds, read back from its socket. Everything in it may have been changed by others.</summary>
public sealed record Observation
{
    /// <summary>Which program runs; empty where it is not one of ours.</summary>
    public required string ProgramId { get; init; }

    /// <summary>Whether the worker was told to finish: another has taken its place, or HAProxy ends.</summary>
    public required bool IsStopping { get; init; }

    /// <summary>Whether the health port answers that HAProxy is about to end.</summary>
    public bool IsDraining { get; init; }

    /// <summary>Whether backends can be added and deleted at run time.</summary>
    public bool CanAddBackends { get; init; } = true;

    /// <summary>What was asked and not answered in the form that is known, with the reply: nothing can be concluded from it.</summary>
    public required IReadOnlyList<(string Question, string Reply)> Unanswered { get; init; }

    /// <summary>Entries of the maps that are looked up by key, in HAProxy's order. A key may occur twice; the first one counts.</summary>
    public required IReadOnlyList<MapEntry> Entries { get; init; }

    public required EquatableArray<MapEntry> Regexes { get; init; }

    /// <summary>Backends by name with whether they take requests.</summary>
    public required IReadOnlyDictionary<string, bool> Backends { get; init; }

    /// <summary>Servers by backend.</summary>
    public required ILookup<string, ObservedServer> Servers { get; init; }

    /// <summary>Whether there is such a server.</summary>
    public bool Has(string backend, string server) => Servers[backend].Any(found => found.Name == server);

    /// <summary>How many connections servers get at a time, as far as they have a limit.</summary>
    public required IReadOnlyDictionary<(string Backend, string Server), int> ServerLimits { get; init; }

    public required IReadOnlyList<ObservedFrontend> Frontends { get; init; }

    /// <summary>Limits of the whole process that somebody set at run time, as <c>set rate-limit</c> names them.</summary>
    public required IReadOnlyList<string> RateLimits { get; init; }

    /// <summary>How many connections HAProxy takes at most.</summary>
    public required int ConnectionLimit { get; init; }

    /// <summary>How many connections HAProxy takes at most by its program.</summary>
    public required int ProgramConnectionLimit { get; init; }

    /// <summary>Files of certificates that HAProxy holds, used or not.</summary>
    public required IReadOnlySet<string> CertificateFiles { get; init; }

    /// <summary>Files of certificates whose replacement was begun, and neither committed nor aborted.</summary>
    public required IReadOnlyList<string> Transactions { get; init; }

    /// <summary>The lines of the certificate list by file.</summary>
    public required ILookup<string, ListedCertificate> CertificateList { get; init; }

    /// <summary>SHA-1 of leaf certificates in upper-case hexadecimal digits by file, as far as it was asked for.</summary>
    public required IReadOnlyDictionary<string, string> Fingerprints { get; init; }

    /// <summary>A digest of the patterns of the program's rules, as far as they were asked for.</summary>
    public string Patterns { get; init; } = "";

    /// <summary>Files of authorities that HAProxy holds, used or not.</summary>
    public required IReadOnlySet<string> AuthorityFiles { get; init; }

    /// <summary>Files of authorities whose change was begun, and neither committed nor aborted.</summary>
    public required IReadOnlyList<string> AuthorityTransactions { get; init; }

    /// <summary>SHA-1 of the authorities in a file, as far as it was asked for.</summary>
    public required IReadOnlyDictionary<string, HashSet<string>> AuthorityFingerprints { get; init; }
}

/// <summary>A server as HAProxy shows it. One that is not ready is in maintenance or draining.</summary>
public readonly record struct ObservedServer(string Backend, string Name, string Address, int Weight, bool IsReady)
{
    /// <summary>Whether it counts as down, or as about to be: by its checks, or because somebody said so.</summary>
    public bool IsDown { get; init; }

    /// <summary>Whether it is not checked at present.</summary>
    public bool IsCheckOff { get; init; }

    /// <summary>Whether it is spoken to over TLS.</summary>
    public required bool IsTls { get; init; }

    /// <summary>The port that is checked; 0 for that of requests.</summary>
    public required int CheckPort { get; init; }

    /// <summary>Where its agent is: address, "-" for that of requests, and port.</summary>
    public required (string Address, int Port) Agent { get; init; }
}

/// <summary>A frontend as HAProxy shows it; its status is OPEN, FULL, PAUSED or STOP.</summary>
public readonly record struct ObservedFrontend(string Name, string Status, int ConnectionLimit);

/// <summary>A line of the certificate list as HAProxy shows it: where it stands, the file, and the hosts with blanks between them.</summary>
public readonly record struct ListedCertificate(string File, string Line, string Hosts);
