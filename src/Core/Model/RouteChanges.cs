using Sluice.Core.Values;

namespace Sluice.Core.Model;

/// <summary>Where requests are sent that are not there already. Without a scheme, that stays.</summary>
public sealed record HostRedirect(string? Scheme, string Host, int Code)
{
    /// <summary>What replaces the path, percent-encoded as paths of requests are; empty where it stays.</summary>
    public string Path { get; init; } = "";

    /// <summary>What replaces the query together with the path, with the '?', or empty for none; null where it stays.</summary>
    public string? Query { get; init; }
}

/// <summary>Requests over plain http are sent to https.</summary>
/// <param name="Code">The status.</param>
/// <param name="Port">The port of the location; null for the usual one.</param>
/// <param name="IsForAll">Whether a host without TLS is meant, too.</param>
public sealed record HttpsRedirection(int Code, int? Port, bool IsForAll);

/// <summary>What is done to header fields: some removed, then others set, then others added beside those that are there.</summary>
public sealed record HeaderChanges(EquatableArray<string> Removed, EquatableArray<HeaderLine> Set, EquatableArray<HeaderLine> Added);

/// <summary>What browsers are told by Strict-Transport-Security (RFC 6797).</summary>
public sealed record StrictTransport(int MaxAge, bool IncludesSubdomains, bool Preload);

/// <summary>
/// How a path is changed: a prefix of whole elements is taken off (empty for none), then the first expression that
/// matches replaces the path, then another prefix is put before it (empty for none).
/// </summary>
public sealed record PathChange(string Stripped, EquatableArray<PathRewrite> Rewrites, string Added);

/// <summary>An expression that is found somewhere in a path, and what replaces the whole path; \1 to \9 are its groups.</summary>
public sealed record PathRewrite(string Expression, string Replacement)
{
    public override string ToString() => $"{Expression} {Replacement}";
}

/// <summary>What other sites' pages may do (the CORS protocol of the Fetch standard). Lists have no blanks.</summary>
public sealed record CorsPolicy(
    CorsOrigins Origins, string Methods, string Headers, string ExposedHeaders, int MaxAge, bool AllowsCredentials, CorsAnswers Answers);

/// <summary>Which requests of allowed origins are answered without asking the pod.</summary>
public enum CorsAnswers
{
    None,

    /// <summary>Those that browsers ask first with, whether they may.</summary>
    Preflights,

    /// <summary>All with the method OPTIONS.</summary>
    Options,
}

/// <summary>The origins of these pages: all, some by name (<c>*.</c> for one label), or those that an expression matches as a whole.</summary>
public sealed record CorsOrigins(EquatableArray<string> Names, string? Expression)
{
    public static readonly CorsOrigins All = new([], null);

    public bool AreAll() => Names.Count == 0 && Expression is null;

    public override string ToString() => AreAll() ? "*" : Expression ?? string.Join(',', Names);
}

/// <summary>A site that is down for a while, and what it says to that; empty for our own page.</summary>
public sealed record Maintenance(string Message);

/// <summary>Which of the two names of a site, with and without www., redirects to the other.</summary>
public enum WwwRedirect
{
    None,

    /// <summary>The one without.</summary>
    ToWww,

    /// <summary>The one with it.</summary>
    FromWww,
}
