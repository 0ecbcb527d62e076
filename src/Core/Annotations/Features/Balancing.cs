using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Sluice.Core.Model;

namespace Sluice.Core.Annotations.Features;

/// <summary>How requests are spread over pods.</summary>
public static partial class Balancing
{
    private static readonly (string Word, Spread Value)[] Algorithms =
    [
        ("roundrobin", new(Balance.RoundRobin)), ("leastconn", new(Balance.LeastConnections)), ("first", new(Balance.First)), ("random", new(Balance.Random)),
        ("source", new(Balance.Hash, new HashKey(HashSource.Source))), ("uri", new(Balance.Hash, new HashKey(HashSource.Uri))),
        ("static-rr", new(Balance.RoundRobin)),
    ];

    public static readonly Setting<Spread> LoadBalance = new Setting<Spread>(
            "load-balance", Scopes.Everywhere,
            new ValueKind<Spread>(
                "one of roundrobin, leastconn, first, random, source, uri, header:NAME, cookie:NAME, query:NAME",
                (string text, [MaybeNullWhen(false)] out Spread value) => Parse(Own().Match(text), out value),
                Format)
            { Words = ["roundrobin", "leastconn", "first", "random", "source", "uri"] },
            Fallback: new Spread(Balance.RoundRobin),
            "By what a pod is chosen: one after the other, the one with the fewest connections, the first with room (with pod-maxconn), "
            + "the less loaded of two that are drawn, or the one that a hash leads to of the client's address, the path, or the header, cookie or "
            + "parameter of the query with this name; requests without it go to one after the other. The hash is consistent: when pods come "
            + "and go, few requests change theirs.",
            "header:X-User")
        .AlsoKnownAs(Dialect.HaproxyOrg, "load-balance", new ValueKind<Spread>(
            "one of roundrobin, static-rr, leastconn, first, random, random(N), source, uri OPTIONS, hdr(NAME), url_param NAME",
            (string text, [MaybeNullWhen(false)] out Spread value) => Parse(Theirs().Match(text), out value),
            Format)
        { Words = [.. Algorithms.Select(known => known.Word)] });

    public static readonly Setting<int?> PodMaxconn = new Setting<int?>(
            "pod-maxconn", Scopes.Everywhere, Kinds.OptionalNumber(1, 1_000_000), Fallback: null,
            "How many requests each pod gets at a time from one HAProxy; more wait in its queue. Without it there is no limit.", "100")
        .AlsoKnownAs(Dialect.HaproxyOrg, "pod-maxconn");

    public static readonly Setting<int?> ServerWeight = new(
        "server-weight", Scopes.Everywhere, Kinds.OptionalNumber(1, 256), Fallback: null,
        "The weight of the server that each pod is. Pods behind one Service all have the same, so that it moves no requests by itself: with more of it hashes (load-balance) spread "
        + "more evenly, and the percents that an agent tells (agent-check-port), which are of it, are finer; what is less than one is none. Without it 1, or 100 with an agent.", "64");

    private static readonly (string Word, HashSource Source)[] Named = [("header", HashSource.Header), ("cookie", HashSource.Cookie), ("query", HashSource.Query), ("hdr", HashSource.Header), ("url_param", HashSource.Query)];

    private static bool Parse(Match match, [MaybeNullWhen(false)] out Spread value)
    {
        var word = match.Groups["word"].Value;
        value = !match.Success ? null
            : match.Groups["name"] is { Success: true, Value: var name } ? new Spread(Balance.Hash, new HashKey(Named.First(named => named.Word == word).Source, name))
            : Algorithms.First(known => known.Word == word).Value;
        return match.Success;
    }

    private static string Format(Spread value) => value.Key is { Name: { Length: > 0 } name } key
        ? $"{Named.First(named => named.Source == key.Source).Word}:{name}"
        : Algorithms.First(known => known.Value == value).Word;

    [GeneratedRegex(@"\A((?<word>roundrobin|leastconn|first|random|source|uri)|(?<word>header|cookie|query):(?<name>[A-Za-z0-9._-]{1,64}))\z", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Own();

    [GeneratedRegex(@"\A((?<word>roundrobin|static-rr|leastconn|first|source)|(?<word>uri)( whole| path-only| (len|depth) [0-9]{1,5})*|(?<word>random)(\([1-9][0-9]?\))?|(?<word>hdr)\((?<name>[A-Za-z0-9._-]{1,64})\)( use_domain_only)?|(?<word>url_param) (?<name>[A-Za-z0-9._-]{1,64}))\z", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Theirs();
}
