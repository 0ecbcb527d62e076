using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Annotations;

/// <summary>How places in the web are written: hosts, paths, origins.</summary>
public static class WebKinds
{
    private const int LongestText = 2048;

    private static readonly SearchValues<char> ReferenceCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/?%");

    /// <summary>Where requests are redirected: a host, perhaps with a scheme before, and a port and a path behind it.</summary>
    public static ValueKind<RedirectTarget?> Redirect { get; } = new(
        "a host such as www.example.com, perhaps with http:// or https:// before, and a port and a path behind it, of the characters that RFC 3986 has for them",
        (string text, out RedirectTarget? value) =>
        {
            var start = text.IndexOf("://", StringComparison.Ordinal) is var colon && colon < 0 ? 0 : colon + 3;
            var scheme = start == 0 ? null : text[..colon];
            var slash = text.IndexOf('/', start) is var found && found < 0 ? text.Length : found;
            var query = text.IndexOf('?', slash) is var mark && mark < 0 ? text.Length : mark;
            var path = RoutePath.Root;
            var isRead = scheme is null or "http" or "https" && IsHost(text[start..slash]) && text.Length <= LongestText
                && (slash == text.Length || (IsReference(text[slash..]) && RoutePath.TryParse(text[slash..query], out path, out _)));
            value = isRead
                ? new RedirectTarget(scheme, text[start..slash].ToLowerInvariant(), slash == text.Length ? "" : path.Value, query == text.Length ? null : text[query..]) : null;
            return isRead;
        },
        value => value?.ToString() ?? "");

    /// <summary>A host, perhaps with a port.</summary>
    public static ValueKind<string> Host { get; } = Text(
        "a host such as api.example.com, perhaps with a port behind it",
        text => IsHost(text) ? text.ToLowerInvariant() : null);

    /// <summary>A path other than "/", with or without a query.</summary>
    public static ValueKind<string> Page { get; } = Text(
        "a path that begins with one '/' and does not end there, perhaps with a query, of the characters that RFC 3986 has for them",
        text => IsReference(text) && text.Length is > 1 and <= LongestText && text[1] != '?' ? text : null);

    /// <summary>A whole URL, which is a constant.</summary>
    public static ValueKind<string?> Url { get; } = new(
        "a URL such as https://auth.example.com/verify, which is a constant, of the characters that RFC 3986 has for it",
        (string text, out string? value) =>
        {
            var scheme = text.IndexOf("://", StringComparison.Ordinal) is var colon && colon < 0 ? "" : text[..colon];
            var end = scheme.Length == 0 ? -1 : text.IndexOfAny(['/', '?'], scheme.Length + 3) is var slash && slash < 0 ? text.Length : slash;
            var isRead = scheme is "http" or "https" && IsHost(text[(scheme.Length + 3)..end]) && text.Length <= LongestText && !text.Contains('$', StringComparison.Ordinal)
                && (end == text.Length || IsReference("/" + text[end..].TrimStart('/')));
            value = isRead ? text : null;
            return isRead;
        },
        value => value ?? "");

    /// <summary>A prefix of whole elements of paths.</summary>
    public static ValueKind<string> PathPrefix { get; } = Text(
        "a path with one element at least, such as /api, without '//', '/./' or '/../'",
        text => RoutePath.TryParse(text, out var path, out _) && path.Value.TrimEnd('/') is { Length: > 0 } prefix ? prefix : null);

    /// <summary>Lines of an expression and what replaces the path where it matches; one word replaces all paths.</summary>
    public static ValueKind<EquatableArray<PathRewrite>> Rewrites { get; } = new(
        @"at most 8 lines of an expression, a blank and a path with \1 to \9 for its groups, or just a path; an expression is " + RegexSubset.Form,
        (string text, out EquatableArray<PathRewrite> value) =>
        {
            var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            var rewrites = lines.Take(9).Select(Rewrite).OfType<PathRewrite>().ToEquatableArray();
            value = rewrites;
            return lines.Length is > 0 and <= 8 && rewrites.Count == lines.Length && text.Length <= LongestText;
        },
        value => string.Join('\n', value));

    /// <summary>Whose pages may ask.</summary>
    public static ValueKind<CorsOrigins?> Origins { get; } = new(
        "*, or origins such as https://app.example.com or https://*.example.com separated by commas, or an expression for a whole origin, " + RegexSubset.Form,
        (string text, out CorsOrigins? value) =>
        {
            value = text == "*" ? CorsOrigins.All : NamedOrigins(text) ?? (RegexSubset.Includes(text) ? new CorsOrigins([], text) : null);
            return value is not null && text.Length <= LongestText;
        },
        value => value?.ToString() ?? "");

    /// <summary>Methods, as CORS lists them.</summary>
    public static ValueKind<string> Methods { get; } = List("methods", text => text.ToUpperInvariant());

    /// <summary>Names of headers, as CORS lists them.</summary>
    public static ValueKind<string> HeaderNames { get; } = List("names of headers", text => text);

    /// <summary>Text in some lines.</summary>
    public static ValueKind<string> Message { get; } = Text(
        $"text of at most {LongestText} characters",
        text => text.Length is > 0 and <= LongestText && text.ReplaceLineEndings("\n") is var lines && !lines.Any(c => char.IsControl(c) && c != '\n') ? lines : null);

    // From text to text: null if it cannot be read.
    private static ValueKind<string> Text(string expected, Func<string, string?> read) =>
        new(expected, (string text, [MaybeNullWhen(false)] out string value) => (value = read(text)) is not null, value => value);

    // The room for headers of responses is small.
    private static ValueKind<string> List(string of, Func<string, string> normal) => Text(
        $"*, or {of} separated by commas, with at most 256 characters in all",
        text =>
        {
            var items = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            var isRead = text == "*" || (items.Length > 0 && text.Length <= 256 && items.All(item => item.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')));
            return isRead ? normal(string.Join(',', items)) : null;
        });

    private static PathRewrite? Rewrite(string line)
    {
        var words = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        var (expression, replacement) = words switch
        {
            [var path] => ("(.*)", path),
            [var first, var second] => (first, second),
            _ => ("", ""),
        };
        return RegexSubset.GroupsOf(expression) is { } groups && IsReplacement(replacement, groups) ? new PathRewrite(expression, replacement) : null;
    }

    // A '\' has the number of a group behind it that is there. Without them it is a path like any other.
    private static bool IsReplacement(string text, int groups)
    {
        var literal = text;
        for (var group = 1; group <= Math.Min(groups, 9); group++)
        {
            literal = literal.Replace(string.Create(CultureInfo.InvariantCulture, $@"\{group}"), "x", StringComparison.Ordinal);
        }

        return (text.StartsWith('/') || text.StartsWith('\\')) && IsReference("/" + literal.TrimStart('/')) && !text.Contains('?', StringComparison.Ordinal);
    }

    private static bool IsReference(string text)
    {
        if (!text.StartsWith('/') || text.StartsWith("//", StringComparison.Ordinal) || text.AsSpan().ContainsAnyExcept(ReferenceCharacters))
        {
            return false;
        }

        return text.Split('%').Skip(1).All(rest => rest.Length > 1 && char.IsAsciiHexDigit(rest[0]) && char.IsAsciiHexDigit(rest[1]));
    }

    private static bool IsHost(string text)
    {
        var end = text.LastIndexOf(':') is var colon && colon > text.LastIndexOf(']') ? colon : text.Length;
        return Hostname.TryParse(text[..end], out var host) && !host.IsWildcard && !text[..end].EndsWith('.')
            && (end == text.Length || Kinds.Number(1, 65535).Parse(text[(end + 1)..], out _));
    }

    private static CorsOrigins? NamedOrigins(string text)
    {
        var names = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(name => name.ToLowerInvariant()).Distinct(StringComparer.Ordinal).ToEquatableArray();
        return names.Count > 0 && names.All(IsOrigin) ? new CorsOrigins(names, null) : null;
    }

    private static bool IsOrigin(string text)
    {
        if (text == "null")
        {
            return true;
        }

        var colon = text.IndexOf("://", StringComparison.Ordinal);
        return colon > 0 && char.IsAsciiLetterLower(text[0]) && text[..colon].All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '.' or '-')
            && IsHost(text[(colon + 3)..] is ['*', '.', .. var domain] ? domain : text[(colon + 3)..]);
    }
}

/// <summary>Where requests are redirected; without a scheme, that of the request stays.</summary>
/// <param name="Scheme">http or https.</param>
/// <param name="Host">The host, perhaps with a port.</param>
/// <param name="Path">What replaces the path, in the form of <see cref="RoutePath"/>; empty where it stays.</param>
/// <param name="Query">What replaces the query, with the '?'; null where it stays.</param>
public sealed record RedirectTarget(string? Scheme, string Host, string Path, string? Query)
{
    public override string ToString() => (Scheme is null ? Host : $"{Scheme}://{Host}") + Path + Query;
}
