using Sluice.Core.Model;

namespace Sluice.Core.Haproxy;

/// <summary>Where things lie and listen: the folder for HAProxy's files and sockets, and the ports.</summary>
/// <param name="StateDir">An absolute path of letters, digits and <c>/ . _ -</c>.</param>
/// <param name="Bind">The address that the listeners are bound to.</param>
/// <param name="HttpPort">Where http is taken.</param>
/// <param name="HttpsPort">Where https is taken.</param>
/// <param name="PublicHttpPort">The port that clients use for http: told to pods in X-Forwarded-Port.</param>
/// <param name="PublicHttpsPort">The port that clients use for https: where redirects lead.</param>
public sealed record Layout(string StateDir, string Bind, int HttpPort, int HttpsPort, int PublicHttpPort, int PublicHttpsPort)
{
    /// <summary>Where HAProxy itself tells whether traffic may be sent to it; null for nowhere.</summary>
    public int? HealthPort { get; init; }

    /// <summary>Where other replicas find the counts of this one, by which it is known to them; null if it shares none.</summary>
    public Endpoint? PeerAddress { get; init; }

    public string ProgramFile => $"{StateDir}/haproxy.cfg";

    public string BackendsFile => $"{StateDir}/backends.cfg";

    /// <summary>What a worker leaves to the next one: its counters.</summary>
    public string CountersFile => $"{StateDir}/counters";

    /// <summary>What a worker leaves to the next one: which servers are down.</summary>
    public string ServersFile => $"{StateDir}/servers";

    /// <summary>Where HAProxy's container says why HAProxy refuses the files that it should start from. It goes on when this file is gone.</summary>
    public string ComplaintFile => $"{StateDir}/refused";

    /// <summary>What the patterns of the program's rules are, to see whether somebody changes them.</summary>
    public string PatternsFile => $"{StateDir}/patterns";

    public string CertificateList => $"{StateDir}/certs.list";

    public string CertificateDir => $"{StateDir}/certs";

    public string MapDir => $"{StateDir}/maps";

    public string DefaultCertificateFile => $"{CertificateDir}/default.pem";

    /// <summary>An address with a port as HAProxy writes it; <c>::</c> takes IPv4, too.</summary>
    public string Listen(int port) => Bind == "::" ? $"[::]:{port} v4v6" : Bind.Contains(':') ? $"[{Bind}]:{port}" : $"{Bind}:{port}";

    /// <summary>The socket of the worker, for commands at run time.</summary>
    public string RuntimeSocket => $"{StateDir}/haproxy.sock";

    /// <summary>The socket of the master, for reloads.</summary>
    public string MasterSocket => $"{StateDir}/master.sock";

    /// <summary>The map of networks to countries, which is there if the operator has given a database.</summary>
    public string CountryFile => $"{StateDir}/countries.map";

    /// <summary>Where a worker takes the counts of the one before it.</summary>
    public string PeersSocket => $"{StateDir}/peers.sock";

    /// <summary>Where the agent takes HAProxy's questions.</summary>
    public string AgentSocket => $"{StateDir}/agent.sock";

    /// <summary>Where HAProxy takes the copies of requests that the agent sends.</summary>
    public string MirrorSocket => $"{StateDir}/mirror.sock";

    /// <summary>What HAProxy asks the agent.</summary>
    public string AgentQuestions => $"{StateDir}/agent.spoe";

    /// <summary>What the agent has to know, in a file for each set.</summary>
    public string AgentDir => $"{StateDir}/agent";

    public string AgentFile(string name) => $"{AgentDir}/{name}";

    public string CertificateFile(string name) => $"{CertificateDir}/{name}.pem";

    /// <summary>Of which certificate a file is; null if it is not where ours lie.</summary>
    public string? CertificateName(string file) =>
        file.StartsWith(CertificateDir + "/", StringComparison.Ordinal) && file.EndsWith(".pem", StringComparison.Ordinal)
            ? file[(CertificateDir.Length + 1)..^".pem".Length] : null;

    /// <summary>Where files lie that servers name for TLS; they name them without it.</summary>
    public string PemDir => $"{StateDir}/pods";

    public string PemFile(string name) => $"{PemDir}/{name}.pem";

    /// <summary>The name of a file for TLS to pods; null if it is not where ours lie.</summary>
    public string? PemFileName(string file) =>
        file.StartsWith(PemDir + "/", StringComparison.Ordinal) && file.EndsWith(".pem", StringComparison.Ordinal) ? file[(PemDir.Length + 1)..^".pem".Length] : null;

    public string MapFile(MapName map) => $"{MapDir}/{map.ToString().ToLowerInvariant()}.map";
}

/// <summary>The map files that requests are looked up in.</summary>
public enum MapName
{
    /// <summary>Host and path, for rules with an exact host.</summary>
    Routes,

    /// <summary>Domain and path, for rules with a one-label wildcard.</summary>
    Wildcards,

    /// <summary>Path, for rules without a host.</summary>
    Defaults,

    /// <summary>Regular expressions over host and path; the first that matches counts.</summary>
    Regex,

    /// <summary>Values of policies, by the policy's name and the feature.</summary>
    Policies,

    /// <summary>Lists of addresses, by the list's name and the first digits of an address.</summary>
    Addresses,

    /// <summary>Origins of pages that may ask, by the list's name and the origin.</summary>
    Origins,

    /// <summary>Regular expressions of policies, each for its list's name, a line break and a text. No text matches two of a list.</summary>
    Patterns,

    /// <summary>Pages for errors, by the name of their set and the status; and the set for all routes without one of their own.</summary>
    Pages,

    /// <summary>Requests that pods are checked with, by the end of the backend's name.</summary>
    Checks,
}
