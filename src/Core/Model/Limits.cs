using Sluice.Core.Values;

namespace Sluice.Core.Model;

/// <summary>Which requests are counted together. No two Ingresses ever share a count.</summary>
/// <param name="Kind">By what.</param>
/// <param name="Header">The name of the header, in lower case; empty for the other kinds.</param>
public sealed record CountKey(CountKind Kind, string Header = "")
{
    public static readonly CountKey Client = new(CountKind.Client);
}

/// <summary>By what requests are counted.</summary>
public enum CountKind
{
    /// <summary>Each address; of IPv6 each /64, which one client usually has whole.</summary>
    Client,

    /// <summary>All requests of an Ingress together.</summary>
    Ingress,

    /// <summary>Each value of a header; requests without it by their address.</summary>
    Header,
}

/// <summary>How many requests may come in a time.</summary>
/// <param name="Owner">Whose count it is.</param>
/// <param name="By">Which requests are counted together.</param>
/// <param name="Requests">How many in a period.</param>
/// <param name="Burst">How many more in one period, as long as there were fewer before.</param>
/// <param name="Period">The time that it is for; one of <see cref="RatePeriods.All"/>.</param>
/// <param name="Status">What requests over the limit are answered: 400 to 599.</param>
/// <param name="Exempt">Clients that are not limited; null for none.</param>
public sealed record RateLimit(ResourceRef Owner, CountKey By, int Requests, int Burst, TimeSpan Period, int Status, SharedList<Cidr>? Exempt);

/// <summary>The times that requests are counted in. Each that is in use takes a table of HAProxy, so that they are not without end.</summary>
public static class RatePeriods
{
    /// <summary>All of them, the shortest first.</summary>
    public static IReadOnlyList<TimeSpan> All { get; } =
    [
        .. new[] { 100, 200, 300, 400, 500, 600, 800 }.Select(count => TimeSpan.FromMilliseconds(count)),
        .. new[] { 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50 }.Select(count => TimeSpan.FromSeconds(count)),
        .. new[] { 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 90 }.Select(count => TimeSpan.FromMinutes(count)),
        .. new[] { 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 20, 24 }.Select(count => TimeSpan.FromHours(count)),
    ];

    /// <summary>The shortest of them that is not shorter than a time of up to a day.</summary>
    public static TimeSpan From(TimeSpan time) => All.First(period => period >= time);
}

/// <summary>How many requests may be in progress at a time.</summary>
/// <param name="Owner">Whose count it is.</param>
/// <param name="By">Which requests are counted together.</param>
/// <param name="Most">How many.</param>
/// <param name="Status">What requests over the limit are answered: 400 to 599.</param>
/// <param name="RetryAfter">When they may come again; null if that is not told.</param>
public sealed record ConcurrencyLimit(ResourceRef Owner, CountKey By, int Most, int Status, TimeSpan? RetryAfter);

/// <summary>How large the body of a request may be.</summary>
/// <param name="Bytes">How many bytes.</param>
/// <param name="PassesUnsized">Whether a body that does not tell its length is let through unmeasured.</param>
public sealed record BodyLimit(long Bytes, bool PassesUnsized);

/// <summary>How long the body of a request can be waited for.</summary>
public static class BodyWait
{
    /// <summary>The times that can be chosen.</summary>
    public static IReadOnlyList<TimeSpan> Times { get; } = [.. new[] { 1, 2, 5, 10, 30, 60 }.Select(seconds => TimeSpan.FromSeconds(seconds))];
}
