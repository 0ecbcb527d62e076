using Sluice.Core.Values;

namespace Sluice.Core.Model;

/// <summary>What the proxy should do: hosts with their routes, the backends they lead to, and certificates.</summary>
public sealed record ProxyModel
{
    public GlobalPolicy Global { get; init; } = new();

    /// <summary>The pages for errors of all routes that have none of their own, and of requests without a route; null for our own.</summary>
    public SharedList<ErrorPage>? Pages { get; init; }

    /// <summary>By host; "" stands for all others.</summary>
    public Table<string, VirtualHost> Hosts { get; init; } = Table.Empty<string, VirtualHost>();

    public Table<BackendId, Backend> Backends { get; init; } = Table.Empty<BackendId, Backend>();

    /// <summary>Which certificate answers for which hosts, by fingerprint.</summary>
    public Table<string, ServedCertificate> Certificates { get; init; } = Table.Empty<string, ServedCertificate>();

    /// <summary>Answers where no other certificate does.</summary>
    public required Certificate DefaultCertificate { get; init; }
}

/// <summary>What holds for all routes; a change of it is a change of HAProxy's program.</summary>
public sealed record GlobalPolicy
{
    /// <summary>Whose X-Forwarded-* and X-Request-ID headers are believed.</summary>
    public EquatableArray<Cidr> TrustedProxies { get; init; }

    /// <summary>Whether responses without a Server header are given one.</summary>
    public bool ServerHeader { get; init; } = true;

    /// <summary>How many connections of clients there may be at a time.</summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>How many threads there are; null for as many as there are processors.</summary>
    public int? Threads { get; init; }

    public ConnectionMode ConnectionMode { get; init; }

    /// <summary>Who begins connections with the PROXY protocol.</summary>
    public EquatableArray<Cidr> ProxyProtocol { get; init; }

    /// <summary>The protocols over TLS, the preferred one first.</summary>
    public EquatableArray<string> TlsAlpn { get; init; } = ["h2", "http/1.1"];

    /// <summary>Which database of countries there is; null for none.</summary>
    public string? Countries { get; init; }

    /// <summary>How many counts for limits there may be at a time, for each period.</summary>
    public int RateLimitSize { get; init; } = 100_000;

    /// <summary>The times that limits count requests in, beside those that every program has tables for. What renders knows them, not what translates.</summary>
    public EquatableArray<TimeSpan> RareWindows { get; init; }

    /// <summary>Where the other replicas are, whose counts for rate limits are added to those of this one.</summary>
    public EquatableArray<Endpoint> Peers { get; init; }

    public GlobalTimeouts Timeouts { get; init; } = new();

    /// <summary>Lines that the operator adds to it.</summary>
    public ProgramSnippets Snippets { get; init; } = ProgramSnippets.None;

    public CachePolicy Cache { get; init; } = new(32, 1 << 20, 3600);
}

/// <summary>Which connections are kept for the next request.</summary>
public enum ConnectionMode
{
    /// <summary>All.</summary>
    KeepAlive,

    /// <summary>Those of clients.</summary>
    ServerClose,

    /// <summary>None.</summary>
    Close,
}

/// <summary>How many answers are kept for others.</summary>
/// <param name="Megabytes">In all.</param>
/// <param name="LargestObject">How many bytes each has at most.</param>
/// <param name="MaxAge">How many seconds each is kept at most.</param>
public sealed record CachePolicy(int Megabytes, long LargestObject, int MaxAge);

/// <summary>A host, a one-label wildcard, or (null) every other host, with its routes.</summary>
public sealed record VirtualHost(Hostname? Host, EquatableArray<Route> Routes);

/// <summary>One way from a path to a backend.</summary>
/// <param name="Match">Which paths it takes.</param>
/// <param name="Backend">Where requests go; null where there is nothing to send them to, which is answered with 503.</param>
/// <param name="Policy">What happens to its requests on their way.</param>
/// <param name="Source">The object that asked for it.</param>
public sealed record Route(PathMatch Match, BackendId? Backend, RoutePolicy Policy, ResourceRef Source);

/// <summary>Which paths a route takes.</summary>
public readonly record struct PathMatch(PathMatchKind Kind, string Path)
{
    public override string ToString() => $"{Kind} {Path}";
}

/// <summary>How a path is compared.</summary>
public enum PathMatchKind
{
    /// <summary>The whole path, character for character.</summary>
    Exact,

    /// <summary>The longest prefix by path elements; a final slash of the rule does not count.</summary>
    Prefix,

    /// <summary>The longest prefix by characters; with a final slash the same as <see cref="Prefix"/>.</summary>
    Begin,

    /// <summary>A regular expression from the start of the path, tried after the three above, longer ones first.</summary>
    Regex,

    /// <summary>What no other route of the host takes.</summary>
    Otherwise,
}

/// <summary>A port of a Service, as a rule names it, and how its pods are used: with another policy it is another backend.</summary>
public readonly record struct BackendId(NamespacedName Service, string Port, BackendPolicy Policy) : IComparable<BackendId>
{
    /// <summary>The same with sessions.</summary>
    public BackendId WithCookie() => this with { Policy = Policy with { HasCookie = true } };

    public BackendId(NamespacedName service, string port)
        : this(service, port, BackendPolicy.Standard)
    {
    }

    public int CompareTo(BackendId other) =>
        Service.CompareTo(other.Service) is var byService and not 0 ? byService
        : string.CompareOrdinal(Port, other.Port) is var byPort and not 0 ? byPort
        : Policy == other.Policy ? 0 : string.CompareOrdinal(Policy.Identity(), other.Policy.Identity());

    public override string ToString() => $"{Service}:{Port}";
}

/// <summary>A set of endpoints that serve the same; without any, requests get 503. Endpoints are ordered, each once.</summary>
public sealed record Backend(BackendId Id, EquatableArray<Endpoint> Endpoints);
