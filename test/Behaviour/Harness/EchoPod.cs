using System.Net;
using System.Text.Json;

namespace Sluice.Behaviour.Harness;

/// <summary>A pod of <see cref="EchoPods"/>: it has an address of its own, as in a cluster.</summary>
public sealed record EchoPod(string Name, IPAddress Address, int Port);

/// <summary>What a pod saw of a request; its answer's body.</summary>
/// <param name="Pod">The name of the pod that answered.</param>
/// <param name="Method">The method.</param>
/// <param name="Target">Path and query exactly as they stood in the request line.</param>
/// <param name="Protocol">The protocol that HAProxy spoke to the pod.</param>
/// <param name="BodyLength">How many bytes the request's body had.</param>
/// <param name="Headers">The request's headers, names in lower case.</param>
public sealed record Echo(
    string Pod,
    string Method,
    string Target,
    string Protocol,
    long BodyLength,
    IReadOnlyDictionary<string, string[]> Headers)
{
    /// <summary>All values of a header, joined as HTTP allows; null where it is absent.</summary>
    public string? this[string header] =>
        Headers.TryGetValue(header.ToLowerInvariant(), out var values) ? string.Join(", ", values) : null;

    public static Echo Parse(ReadOnlySpan<byte> body) =>
        JsonSerializer.Deserialize<Echo>(body) ?? throw new InvalidDataException("The pod answered null.");

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this);
}
