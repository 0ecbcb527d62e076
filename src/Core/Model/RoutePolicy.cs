using Sluice.Core.Values;

namespace Sluice.Core.Model;

/// <summary>What happens to the requests of a route on their way, beside being sent to its backend.</summary>
public sealed record RoutePolicy
{
    public static readonly RoutePolicy None = new();

    /// <summary>Whether all requests are refused (503), because a guard is asked for that cannot be set up.</summary>
    public bool IsClosed { get; init; }

    /// <summary>What its errors look like; null for what holds for all.</summary>
    public ErrorAnswers? Errors { get; init; }

    /// <summary>The header that trusted proxies tell the client's address in, in lower case; null for X-Forwarded-For.</summary>
    public string? ClientHeader { get; init; }

    /// <summary>How requests over plain http are sent to https; null if they are not.</summary>
    public HttpsRedirection? HttpsRedirect { get; init; }

    /// <summary>The same for a host without TLS.</summary>
    public RoutePolicy WithoutTls() => HttpsRedirect is { IsForAll: true } ? this : this with { HttpsRedirect = null } is var rest && rest == None ? None : rest;

    public AccessLists? Access { get; init; }

    public CountryLists? Countries { get; init; }

    public ConcurrencyLimit? Concurrency { get; init; }

    public RateLimit? Rate { get; init; }

    /// <summary>How clients prove who they are; null if they need not.</summary>
    public Authentication? Authentication { get; init; }

    public BodyLimit? Body { get; init; }

    /// <summary>How long the body of a request is waited for before its pod is asked; null if it is not. One of <see cref="BodyWait.Times"/>.</summary>
    public TimeSpan? Buffering { get; init; }

    /// <summary>Whether answers may be kept for others.</summary>
    public bool IsCached { get; init; }

    /// <summary>How many bytes in a second each answer goes out with; null for no limit.</summary>
    public long? Bandwidth { get; init; }

    public RouteTimeouts? Timeouts { get; init; }

    public Maintenance? Maintenance { get; init; }

    public HostRedirect? Redirect { get; init; }

    /// <summary>Where a request for exactly "/" is sent; null if it is not.</summary>
    public string? AppRoot { get; init; }

    public CorsPolicy? Cors { get; init; }

    public PathChange? Path { get; init; }

    /// <summary>The Host that pods see; null for the one of the request.</summary>
    public string? PodHost { get; init; }

    /// <summary>Whether pods do not see X-Forwarded-For.</summary>
    public bool HidesForwardedFor { get; init; }

    public HeaderChanges? RequestHeaders { get; init; }

    public HeaderChanges? ResponseHeaders { get; init; }

    public StrictTransport? StrictTransport { get; init; }

    /// <summary>Whether the pods of its own backend speak HTTP/2.</summary>
    public bool IsHttp2 { get; init; }

    /// <summary>What its backend chooses a pod by a hash of; null if it does not.</summary>
    public HashKey? HashKey { get; init; }

    /// <summary>Where some of its requests go instead of its backend.</summary>
    public Canary? Canary { get; init; }

    /// <summary>The Services that share its requests, its own among them; none if its backend gets all of them.</summary>
    public EquatableArray<ServiceShare> Shares { get; init; }

    /// <summary>Which other backend gets copies of its requests.</summary>
    public Mirror? Mirror { get; init; }

    /// <summary>The cookie that leads a client back to its pod.</summary>
    public SessionCookie? Session { get; init; }
}

/// <summary>Copies of requests for another backend.</summary>
/// <param name="Backend">Where they go.</param>
/// <param name="Percent">How many of a hundred requests are copied.</param>
public sealed record Mirror(BackendId Backend, int Percent);

/// <summary>Which clients may come: those in the first list (null: all), unless they are in the second (null: nobody is).</summary>
public sealed record AccessLists(SharedList<Cidr>? Allowed, SharedList<Cidr>? Denied);

/// <summary>From which countries clients may come, by their codes: those in the first list (null: all), unless they are in the second.</summary>
public sealed record CountryLists(EquatableArray<string>? Allowed, EquatableArray<string> Denied);

/// <summary>How long things may take on a route. Null is what holds for all.</summary>
public sealed record RouteTimeouts
{
    public static readonly RouteTimeouts None = new();

    /// <summary>A pod, to answer.</summary>
    public TimeSpan? Server { get; init; }

    /// <summary>Silence in a tunnel.</summary>
    public TimeSpan? Tunnel { get; init; }

    /// <summary>A connection to a pod.</summary>
    public TimeSpan? Connect { get; init; }

    /// <summary>To wait for a pod that has enough to do.</summary>
    public TimeSpan? Queue { get; init; }

    /// <summary>Silence of the client.</summary>
    public TimeSpan? Client { get; init; }
}

/// <summary>A cookie for sessions as clients see it. Name, path and domain hold no ';', no '|', no blank, and none but ASCII characters.</summary>
public sealed record SessionCookie(string Name, string Path)
{
    public string? Domain { get; init; }

    public TimeSpan? MaxAge { get; init; }

    public SameSite? SameSite { get; init; }

    public bool IsSecure { get; init; }

    public bool IsHttpOnly { get; init; }
}

/// <summary>With which requests a cookie is sent that other sites lead to.</summary>
public enum SameSite
{
    Strict,
    Lax,
    None,
}
