using Sluice.Core.Model;

namespace Sluice.Core.Annotations.Features;

/// <summary>The bodies of requests.</summary>
public static class Bodies
{
    public static readonly Setting<long?> MaxBodySize = new Setting<long?>(
            "max-body-size", Scopes.Global | Scopes.Ingress, Kinds.Size, Fallback: null,
            "How large the body of a request may be; larger ones get 413. It is judged by Content-Length before any of it is read. "
            + "What happens to a body that does not tell its length, see chunked-bodies.",
            "10m")
    { IsGuard = true };

    public static readonly Setting<bool> ChunkedBodies = new Setting<bool>(
            "chunked-bodies", Scopes.Global | Scopes.Ingress, Kinds.OneOf(("measure", false), ("pass", true)), Fallback: false,
            "What max-body-size does to bodies that do not tell their length: chunked ones, and streams of HTTP/2. With measure, HAProxy waits until such a body "
            + "is there as a whole, up to 10 s, and lets it through if it is shorter than 8 kB and not above the limit; others get 413. With pass they are let through unmeasured, "
            + "as streams of gRPC and large uploads without a length need it.",
            "pass")
    { Needs = [MaxBodySize] };

    public static readonly Setting<bool> RequestBuffering = new(
        "request-buffering", Scopes.Global | Scopes.Ingress, Kinds.Bool, Fallback: false,
        "Whether a pod is asked only when the whole body of a request is there, so that slow clients do not keep it busy. Of a body that is larger than HAProxy's buffer "
        + "(about 15 kB with the headers) that much is waited for, and the rest is passed on as it comes. WebSockets are not held up; streams of gRPC are, and should not ask for it.",
        "true");

    public static readonly Setting<TimeSpan> RequestBufferingTimeout = new(
        "request-buffering-timeout", Scopes.Global | Scopes.Ingress,
        Kinds.OneOf([.. BodyWait.Times.Select(time => (Kinds.Duration.Format(time), time))]), TimeSpan.FromSeconds(10),
        "How long request-buffering waits for a body. A client that takes longer gets 408.", "30s")
    { Needs = [RequestBuffering] };
}
