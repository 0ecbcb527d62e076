namespace Sluice.Core.Model;

/// <summary>Where some requests of a route go instead, as long as it has a pod that is ready.</summary>
public sealed record Canary(BackendId Backend, CanaryRules Rules);

/// <summary>
/// Which requests go to a canary: a header counts first, then a cookie, then the share. Header and cookie are names of
/// letters, digits and <c>. _ -</c>; "always" and "never" in them decide, and other values do not.
/// </summary>
/// <param name="Weight">How many go there that nothing else decides about.</param>
/// <param name="Total">Out of how many.</param>
public sealed record CanaryRules(int Weight, int Total)
{
    public string? Header { get; init; }

    /// <summary>The only value of the header that decides; null for "always" and "never".</summary>
    public string? HeaderValue { get; init; }

    /// <summary>A regular expression that decides where it matches in the header; null for "always" and "never".</summary>
    public string? HeaderPattern { get; init; }

    public string? Cookie { get; init; }
}
