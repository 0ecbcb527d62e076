using Sluice.Core.Values;

namespace Sluice.Core.Model;

/// <summary>How the pods behind a Service port are used.</summary>
public sealed record BackendPolicy
{
    public static readonly BackendPolicy Standard = new();

    public Balance Balance { get; init; } = Balance.RoundRobin;

    /// <summary>How many requests each pod gets at a time; more wait. Null for no limit.</summary>
    public int? MaxConnectionsPerPod { get; init; }

    /// <summary>The weight of each pod, from 1 to 256; null for what is usual.</summary>
    public int? Weight { get; init; }

    /// <summary>Whether a cookie leads clients back to their pods.</summary>
    public bool HasCookie { get; init; }

    public Repetition Repetition { get; init; } = Repetition.Standard;

    public HttpReuse Reuse { get; init; } = HttpReuse.Safe;

    /// <summary>How long it takes a new pod to get its full share; null for no time.</summary>
    public TimeSpan? SlowStart { get; init; }

    /// <summary>Whether requests are given up whose client has gone.</summary>
    public bool AbortOnClose { get; init; }

    public bool IsTls { get; init; }

    /// <summary>Who pods and we are over TLS; null where nobody has to prove it.</summary>
    public PodCredentials? Credentials { get; init; }

    /// <summary>Null for what is usual: HTTP/1.1, or over TLS what the pod chooses.</summary>
    public ServerProtocol? Protocol { get; init; }

    /// <summary>Where pods that speak FastCGI have their scripts; null for pods that speak HTTP.</summary>
    public FastCgi? FastCgi { get; init; }

    /// <summary>Null if connections begin with no such line.</summary>
    public ProxyProtocol? ProxyProtocol { get; init; }

    /// <summary>Null if pods are not checked.</summary>
    public HealthCheck? Check { get; init; }

    /// <summary>Null if answers go out as they come.</summary>
    public Compression? Compression { get; init; }

    /// <summary>Null if no agent beside pods is asked.</summary>
    public AgentCheck? Agent { get; init; }

    /// <summary>Text that two policies share if and only if they are the same.</summary>
    public string Identity() => ToString();
}

/// <summary>Which answers are compressed.</summary>
/// <param name="Types">Beginnings of media types, in lower case.</param>
/// <param name="Least">The size from which on.</param>
public sealed record Compression(EquatableArray<string> Types, long Least);

/// <summary>When requests are tried again, and how often.</summary>
/// <param name="Retries">How often.</param>
/// <param name="Cases">When: words of HAProxy (configuration manual, "retry-on").</param>
public sealed record Repetition(int Retries, EquatableArray<string> Cases)
{
    public static readonly Repetition Standard = new(3, ["conn-failure"]);
}

/// <summary>Which requests may use a connection to a pod that others used (HAProxy configuration manual, "http-reuse").</summary>
public enum HttpReuse
{
    /// <summary>None.</summary>
    Never,

    /// <summary>Not the first one of a client.</summary>
    Safe,

    /// <summary>The first one, too, of a connection that was reused before.</summary>
    Aggressive,

    /// <summary>All.</summary>
    Always,
}

/// <summary>What pods are spoken to with.</summary>
public enum ServerProtocol
{
    Http1,
    Http2,
    FastCgi,
}

/// <summary>The scripts that pods run.</summary>
/// <param name="Root">The folder that they are in: a path of letters, digits and <c>/ . _ -</c>.</param>
/// <param name="Index">The one for paths that end with '/': letters, digits and <c>. _ -</c>.</param>
public sealed record FastCgi(string Root, string Index);

/// <summary>The version of the PROXY protocol, and what of the client's TLS it tells.</summary>
public enum ProxyProtocol
{
    V1,
    V2,

    /// <summary>Also whether there was TLS, and which.</summary>
    V2Ssl,

    /// <summary>Also the name in the client's certificate.</summary>
    V2SslCn,
}

/// <summary>How pods are checked: by a connection, or by a request.</summary>
public sealed record HealthCheck(TimeSpan Interval, int Rise, int Fall)
{
    /// <summary>Null for a connection alone.</summary>
    public HttpCheck? Http { get; init; }

    /// <summary>How long an answer may take once there is a connection; null for the interval in all.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Null if what becomes of requests does not count.</summary>
    public PassiveCheck? Passive { get; init; }
}

/// <summary>A pod is taken for down after some failed requests in a row.</summary>
/// <param name="CountsAnswers">Whether answers with a status of 500 and above count, and not only connections.</param>
/// <param name="Limit">How many.</param>
public sealed record PassiveCheck(bool CountsAnswers, int Limit);

/// <summary>An agent at each pod's address that says how much the pod can take.</summary>
public sealed record AgentCheck(int Port, TimeSpan Interval);

/// <summary>A request that a pod is checked with, and the statuses of a pod that is well.</summary>
/// <param name="Request">The request.</param>
/// <param name="Host">Its Host header: a DNS name.</param>
/// <param name="Statuses">Statuses and ranges of them.</param>
public sealed record HttpCheck(CheckRequest Request, string Host, EquatableArray<string> Statuses);

/// <summary>Method and target of a request. The target has no blank, no '|', and none but ASCII characters.</summary>
public sealed record CheckRequest(string Method, string Uri)
{
    /// <summary>The Host header that was written behind it; null for none.</summary>
    public string? Host { get; init; }
}
