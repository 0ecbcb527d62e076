using System.Collections.Frozen;
using Sluice.Core.Values;

namespace Sluice.Core.Annotations;

/// <summary>How changes of headers are written: one header a line.</summary>
public static class HeaderKinds
{
    // What a proxy needs itself to tell where a message ends and what its connection is for (RFC 9110, section 7.6.1).
    private static readonly FrozenSet<string> OfConnection = FrozenSet.Create(
        StringComparer.Ordinal,
        "connection", "content-length", "expect", "http2-settings", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade");

    private static readonly FrozenSet<string> OfRequest = OfConnection.Append("host").ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Headers with values, of requests.</summary>
    /// <param name="most">How many characters they have in all.</param>
    public static ValueKind<EquatableArray<HeaderLine>> RequestLines(int most) => Lines(most, OfRequest);

    /// <summary>Headers with values, of responses. HAProxy keeps little room for them where a body follows at once.</summary>
    /// <param name="most">How many characters they have in all.</param>
    public static ValueKind<EquatableArray<HeaderLine>> ResponseLines(int most) => Lines(most, OfConnection);

    /// <summary>Kinds that read log formats as far as they are constants: "%%" is "%".</summary>
    public static ValueKind<EquatableArray<HeaderLine>> Format(ValueKind<EquatableArray<HeaderLine>> kind) => new(
        $"{kind.Expected}, with %% for %",
        (string text, out EquatableArray<HeaderLine> value) =>
        {
            value = [];
            text = string.Join('\n', text.Split('\n').Select(Unquoted));
            return !text.Replace("%%", "", StringComparison.Ordinal).Contains('%', StringComparison.Ordinal)
                && kind.Parse(text.Replace("%%", "%", StringComparison.Ordinal), out value);
        },
        kind.Format);

    public static ValueKind<EquatableArray<string>> RequestNames { get; } = Names(OfRequest);

    public static ValueKind<EquatableArray<string>> ResponseNames { get; } = Names(OfConnection);

    /// <summary>Claims of tokens, and the headers that they become.</summary>
    public static ValueKind<EquatableArray<ClaimHeader>> Claims { get; } = new(
        $"claims and names of headers, such as 'sub X-User', separated by commas or in lines, each header once; not {Listed(OfRequest)}",
        (string text, out EquatableArray<ClaimHeader> value) =>
        {
            var claims = text.Split((char[])[',', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Claim).ToList();
            value = claims.ToEquatableArray();
            return text.Length <= 1024 && claims.Count > 0 && claims.DistinctBy(claim => claim.Header, StringComparer.Ordinal).Count() == claims.Count
                && claims.TrueForAll(claim => IsAllowed(claim.Header, OfRequest) && !claim.Claim.AsSpan().ContainsAnyExceptInRange('!', '~'));
        },
        value => string.Join(',', value));

    private static ValueKind<EquatableArray<HeaderLine>> Lines(int most, FrozenSet<string> forbidden) => new(
        $"lines of a header's name, a blank and its value, a constant of printable ASCII characters, with at most {most} in all; not {Listed(forbidden)}",
        (string text, out EquatableArray<HeaderLine> value) =>
        {
            var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Line).ToList();
            value = lines.ToEquatableArray();
            return text.Length <= most && lines.Count > 0
                && lines.TrueForAll(line => IsAllowed(line.Name, forbidden) && line.Value.Length > 0 && IsConstant(line.Value));
        },
        value => string.Join('\n', value));

    private static ClaimHeader Claim(string text) =>
        text.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries) is [var claim, var header] ? new ClaimHeader(claim, header.ToLowerInvariant()) : default;

    // HAProxy's configuration takes off the quotes around a value.
    private static string Unquoted(string line) =>
        line.Split((char[])[' ', '\t'], 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is [var name, ['"', .. var value, '"']]
        && !value.Contains('"', StringComparison.Ordinal) ? $"{name} {value}" : line;

    private static HeaderLine Line(string text) =>
        text.Split((char[])[' ', '\t'], 2, StringSplitOptions.TrimEntries) is [var name, var value] ? new HeaderLine(name.ToLowerInvariant(), value) : default;

    private static ValueKind<EquatableArray<string>> Names(FrozenSet<string> forbidden) => new(
        $"names of headers, separated by commas or blanks or in lines; not {Listed(forbidden)}",
        (string text, out EquatableArray<string> value) =>
        {
            var names = text.Split((char[])[',', '\n', ' '], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(name => name.ToLowerInvariant()).Distinct(StringComparer.Ordinal).ToList();
            value = names.ToEquatableArray();
            return text.Length <= 1024 && names.Count > 0 && names.TrueForAll(name => IsAllowed(name, forbidden));
        },
        value => string.Join(',', value));

    // Nothing is put into values at run time, so what looks as if it were to be is refused.
    private static bool IsConstant(string value) =>
        !value.AsSpan().ContainsAnyExceptInRange(' ', '~') && !value.Contains("%[", StringComparison.Ordinal);

    private static bool IsAllowed(string? name, FrozenSet<string> forbidden) => name is not null && HeaderLine.IsName(name) && !forbidden.Contains(name);

    private static string Listed(FrozenSet<string> names) => string.Join(", ", names.Order(StringComparer.Ordinal));
}
