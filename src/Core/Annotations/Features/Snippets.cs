using System.Collections.Frozen;

namespace Sluice.Core.Annotations.Features;

/// <summary>Lines of HAProxy's own language, for operators who say with an option that they want them.</summary>
public static class Snippets
{
    private const int Longest = 16 * 1024;

    private const string Needed = " Only with the option --allow-snippets. A change is a reload; lines that HAProxy refuses leave what it ran before.";

    // What begins a section (HAProxy configuration manual, section 2.1): the lines belong to one that is there.
    private static readonly FrozenSet<string> Sections = FrozenSet.Create(
        StringComparer.Ordinal,
        "acme", "backend", "cache", "crt-store", "defaults", "fcgi-app", "frontend", "global", "http-errors", "listen", "log-forward", "log-profile", "mailers",
        "namespace_list", "peers", "program", "resolvers", "ring", "traces", "userlist");

    private static readonly ValueKind<string?> Lines = Kinds.Text(
        $"lines of HAProxy's configuration, at most {Longest} characters of text, none of which begins a section",
        text => text.Length is > 0 and <= Longest && text.Split('\n').All(IsLine));

    public static readonly Setting<string?> Global = new Setting<string?>(
            "global-config-snippet", Scopes.Global, Lines, Fallback: null,
            "Lines at the end of the section global." + Needed, "tune.ssl.cachesize 50000")
        .AlsoKnownAs(Dialect.HaproxyOrg, "global-config-snippet");

    public static readonly Setting<string?> Defaults = new(
        "defaults-config-snippet", Scopes.Global, Lines, Fallback: null,
        "Lines at the end of the section defaults from which all frontends and backends take over." + Needed, "option http-ignore-probes");

    public static readonly Setting<string?> Frontend = new Setting<string?>(
            "frontend-config-snippet", Scopes.Global, Lines, Fallback: null,
            "Lines in the frontends for http and https. Rules of them come before ours, which end for most requests as soon as the route is known; X-Forwarded-For and its like "
            + "are set before." + Needed, "http-request deny if { path_beg /internal/ }")
        .AlsoKnownAs(Dialect.HaproxyOrg, "frontend-config-snippet");

    public static readonly Setting<string?> Backend = new Setting<string?>(
            "backend-config-snippet", Scopes.Global, Lines, Fallback: null,
            "Lines for all backends, which take them over from a section defaults: what cannot stand there is refused. Rules of them come before ours." + Needed, "http-response del-header X-Powered-By")
        .AlsoKnownAs(Dialect.HaproxyOrg, "backend-config-snippet");

    private static bool IsLine(string line) =>
        !line.AsSpan().TrimEnd('\r').ContainsAnyInRange('\0', '\b') && line.AsSpan().TrimEnd('\r').IndexOfAnyInRange('\n', '\u001f') < 0
        && !Sections.Contains(line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() ?? "");
}
