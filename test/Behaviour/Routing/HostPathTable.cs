using Sluice.Behaviour.Harness;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Routing;

/// <summary>A request and who must answer it: a Service, or a status. Alternatives are separated by <c>|</c>.</summary>
/// <param name="Host">The Host header; null for none.</param>
/// <param name="Target">The target of the request line.</param>
/// <param name="Expected">Who answers.</param>
/// <param name="Http1Only">True if HTTP/2, or its client, has no way to say it.</param>
public sealed record HostPathRow(string? Host, string Target, string Expected, bool Http1Only = false);

/// <summary>Hosts and paths at the edges of the matching rules, with the routes they are tried on.</summary>
public static class HostPathTable
{
    public static IReadOnlyList<RuleFor> Rules { get; } =
    [
        Rule("app.example.com",
            Exact("/foo", "app-foo-exact"), Prefix("/foo", "app-foo-prefix"), Prefix("/foo/bar", "app-foobar-prefix"),
            Exact("/", "app-root-exact"), Prefix("/aaa/bbb", "app-aaabbb"), Specific("/api", "app-implspec-api"),
            Prefix("/Case", "app-case")),
        Rule("other.example.com", Exact("/foo/", "o-foo-slash-exact"), Prefix("/", "other-root")),
        Rule("*.example.com", Prefix("/", "wild-root"), Exact("/only", "wild-only-exact")),
        Rule("*.apps.example.com", Prefix("/", "wild-apps")),
        Rule(null, Prefix("/", "default"), Prefix("/dflt", "default-dflt")),
        Rule("xn--bcher-kva.example", Prefix("/", "idn")),
        Rule("[2001:db8::1]", Prefix("/", "v6lit")),
        Rule("192.0.2.1", Prefix("/", "v4lit")),
    ];

    /// <summary>The rules of an Ingress whose ImplementationSpecific paths are regular expressions.</summary>
    public static IReadOnlyList<RuleFor> RegexRules { get; } =
    [
        Rule("rx.example.com", Specific("/item/[0-9]+$", "rx-item"), Specific("/item/", "rx-item-other"), Prefix("/plain", "rx-plain")),
    ];

    public static IReadOnlyList<HostPathRow> Rows { get; } =
    [
        // Exact before Prefix, the longest Prefix first, whole elements only.
        new("app.example.com", "/foo", "app-foo-exact"),
        new("app.example.com", "/foo/", "app-foo-prefix"),
        new("app.example.com", "/foo?x=1", "app-foo-exact"),
        new("app.example.com", "/foo/bar", "app-foobar-prefix"),
        new("app.example.com", "/foo/bar/baz?q=/a", "app-foobar-prefix"),
        new("app.example.com", "/foo/barx", "app-foo-prefix"),
        new("app.example.com", "/foobar", "wild-root"),
        new("app.example.com", "/", "app-root-exact"),
        new("app.example.com", "/aaa/bbb", "app-aaabbb"),
        new("app.example.com", "/aaa/bbb/", "app-aaabbb"),
        new("app.example.com", "/aaa/bbbxyz", "wild-root"),
        new("app.example.com", "/aaa/bbb/ccc", "app-aaabbb"),
        new("app.example.com", "/apikey", "app-implspec-api"),
        new("app.example.com", "/api/x", "app-implspec-api"),
        new("app.example.com", "/case", "wild-root"),
        new("app.example.com", "/Case/x", "app-case"),

        // Ways to write a host.
        new("APP.Example.COM", "/foo", "app-foo-exact"),
        new("app.example.com:8443", "/foo", "app-foo-exact"),
        new("app.example.com.", "/foo", "app-foo-exact"),
        new("App.Example.com.:80", "/foo", "app-foo-exact"),

        // A slash at the end of an Exact path; wildcards; the rules without a host.
        new("other.example.com", "/foo/", "o-foo-slash-exact"),
        new("other.example.com", "/foo", "other-root"),
        new("x.example.com", "/zzz", "wild-root"),
        new("x.example.com", "/only", "wild-only-exact"),
        new("a.b.example.com", "/", "default"),
        new("example.com", "/", "default"),
        new("*.example.com", "/", "400", Http1Only: true),
        new("x.apps.example.com", "/", "wild-apps"),
        new("apps.example.com", "/", "wild-root"),
        new("nohost.test", "/", "default"),
        new("nohost.test", "/dflt/x", "default-dflt"),
        new("nohost.test", "/dfltx", "default"),
        // The pod may refuse what reaches it without a Host, as RFC 9112 asks of a server.
        new(null, "/", "default|400", Http1Only: true),

        // Regular expressions.
        new("rx.example.com", "/item/42", "rx-item"),
        new("rx.example.com", "/item/4x", "rx-item-other"),
        new("rx.example.com", "/plain/x", "rx-plain"),
        new("rx.example.com", "/none", "wild-root"),

        // Names and addresses.
        new("xn--bcher-kva.example", "/", "idn"),
        new("[2001:db8::1]:8080", "/", "v6lit"),
        new("[2001:db8::1]", "/", "v6lit"),
        new("192.0.2.1:80", "/", "v4lit"),

        // Paths that are not in their normal form.
        new("app.example.com", "/foo//bar", "app-foobar-prefix"),
        new("app.example.com", "//foo", "app-foo-exact"),
        new("app.example.com", "/x/../foo", "app-foo-exact"),
        new("app.example.com", "/foo/../aaa/bbb/x", "app-aaabbb"),
        new("app.example.com", "/foo/./bar", "app-foobar-prefix"),
        new("app.example.com", "/../../foo", "app-foo-exact"),
        new("app.example.com", "/f%6fo", "app-foo-exact"),
        new("app.example.com", "/foo%2fbar", "400"),
        new("app.example.com", "/foo/%2e%2e/aaa/bbb", "app-aaabbb"),
        new("app.example.com", "/foo/%252e%252e/x", "app-foo-prefix"),
        new("app.example.com", "/foo/..", "app-root-exact"),
        new("app.example.com", "/foo/x%00y", "400"),

        // A host that tries to be a path, or to be the key of another host.
        new("app.example.com/foo", "/", "400", Http1Only: true),
        new("app.example.com/foo/", "/x", "400", Http1Only: true),
        new("h1/foo", "/", "400", Http1Only: true),

        // Long paths, and one that is longer than what is read at once.
        new("app.example.com", $"/foo/{new string('a', 2_000)}", "app-foo-prefix"),
        new("app.example.com", $"/foo/{new string('a', 12_000)}", "app-foo-prefix"),
        new("app.example.com", $"/foo/{new string('a', 20_000)}", "414|431|400", Http1Only: true),

        // Other forms of the target, and what is left.
        new("app.example.com", "http://other.example.com/foo", "400|other-root", Http1Only: true),
        new("other.example.com", "http://other.example.com/foo", "other-root", Http1Only: true),
        new("app.example.com", "*", "wild-root", Http1Only: true),
        new("app.example.com", "/foo/%zz", "app-foo-prefix|400"),
        new("app.example.com", "/foo;a=b/bar", "wild-root"),
        new("app.example.com", "/foo/bär", "400", Http1Only: true),
    ];

    /// <summary>The Services that the rules name.</summary>
    public static IReadOnlyList<string> Services { get; } =
        [.. Rules.Concat(RegexRules).SelectMany(rule => rule.Paths).Select(path => path.Service).Distinct(StringComparer.Ordinal)];
}
