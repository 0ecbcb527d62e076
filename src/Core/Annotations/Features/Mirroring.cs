using Sluice.Core.Values;

namespace Sluice.Core.Annotations.Features;

/// <summary>Copies of requests for another Service.</summary>
public static class Mirroring
{
    private const string UsualPort = "80";

    private static readonly ValueKind<MirrorTarget?> Target = new(
        "the name of a Service of the same namespace, perhaps with ':' and a port behind it",
        (string text, out MirrorTarget? value) =>
        {
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            var (name, port) = colon < 0 ? (text, UsualPort) : (text[..colon], text[(colon + 1)..]);
            var isRead = KubernetesName.IsLabel(name) && KubernetesName.IsPort(port);
            value = isRead ? new MirrorTarget(name, port) : null;
            return isRead;
        },
        value => value?.ToString() ?? "");

    public static readonly Setting<MirrorTarget?> To = new(
        "mirror-to", Scopes.Ingress, Target, Fallback: null,
        "A Service of the same namespace, with port 80 unless another is named, that gets a copy of each request: method, path, headers, and a body of a known length up to 8 kB that is there within 15 ms. Requests with other "
        + "bodies, and those that become a WebSocket, are not copied. Its answers are thrown away; where it is slower than the copies come, copies are. No request fails because of its copy or waits for it longer than these 15 ms, "
        + "and 100 ms where an agent hangs. The first use is a reload.",
        "next:8080");

    public static readonly Setting<int> Percent = new(
        "mirror-percent", Scopes.Ingress, Kinds.Number(1, 100), Fallback: 100,
        "Of a hundred requests, how many are copied for mirror-to. They are taken evenly, and not by chance.", "10")
    { Needs = [To] };
}

/// <summary>A port of a Service of the same namespace.</summary>
public readonly record struct MirrorTarget(string Service, string Port)
{
    public override string ToString() => $"{Service}:{Port}";
}
