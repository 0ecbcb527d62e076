using System.Net;
using System.Net.Sockets;

namespace Sluice.Core.Values;

/// <summary>
/// The host of a rule: a DNS name, a DNS name below a one-label wildcard, or an address literal. Lower case, without
/// a final dot. Kubernetes itself refuses address literals; a folder of manifests may hold them.
/// </summary>
public readonly record struct Hostname : IComparable<Hostname>
{
    private Hostname(string value) => Value = value;

    /// <summary>The host as written in lower case: <c>shop.example.com</c>, <c>*.example.com</c>, <c>[2001:db8::1]</c>.</summary>
    public string Value { get; }

    public bool IsWildcard => Value.StartsWith("*.", StringComparison.Ordinal);

    /// <summary>True for an address literal, which no client names in a TLS handshake (RFC 6066, section 3).</summary>
    public bool IsAddress => Value.StartsWith('[') || IPAddress.TryParse(Value, out _);

    /// <summary>For <c>*.example.com</c>: <c>example.com</c>; for others the host itself.</summary>
    public string Domain => IsWildcard ? Value[2..] : Value;

    public static bool TryParse(string text, out Hostname host)
    {
        var lower = text.EndsWith('.') ? text[..^1].ToLowerInvariant() : text.ToLowerInvariant();
        var name = lower.StartsWith("*.", StringComparison.Ordinal) ? lower[2..] : lower;
        var valid = KubernetesName.IsSubdomain(name) || (name.Length == lower.Length && IsBracketedAddress(name));
        host = valid ? new Hostname(lower) : default;
        return valid;
    }

    /// <summary>The one-label wildcard that covers this host: <c>*.example.com</c> for <c>shop.example.com</c>; null for a wildcard or a single label.</summary>
    public Hostname? Wildcard =>
        !IsWildcard && Value.IndexOf('.', StringComparison.Ordinal) is var dot and > 0 ? new Hostname($"*{Value[dot..]}") : null;

    /// <summary>True if a request for <paramref name="other"/> is covered: the same host, or one label below the wildcard.</summary>
    public bool Covers(Hostname other) => this == other || (IsWildcard && other.Wildcard == this);

    public int CompareTo(Hostname other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;

    private static bool IsBracketedAddress(string text) =>
        text.StartsWith('[') && text.EndsWith(']')
        && IPAddress.TryParse(text.AsSpan(1, text.Length - 2), out var address)
        && address is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: 0 }
        && text[1..^1] == address.ToString();
}
