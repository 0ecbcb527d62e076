using System.Globalization;
using Sluice.Core.Model;

namespace Sluice.Core.Annotations.Features;

/// <summary>How many requests may come in a time.</summary>
public static class RateLimits
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);
    private static readonly string Periods = string.Join(", ", RatePeriods.All.Select(period => Kinds.Duration.Format(period)));

    public static readonly Setting<int?> Requests = new Setting<int?>(
            "rate-limit-requests", Scopes.Global | Scopes.Ingress, Kinds.OptionalNumber(0, 1_000_000), Fallback: null,
            "How many requests a client may send to one Ingress in a rate-limit-period, counted by each HAProxy, or by all replicas together where they share their counts (--peers-address); more get rate-limit-status-code with Retry-After, and do not count. "
            + "0 is no limit. The window slides: what came in the period before counts for the part of it that still overlaps. The counts outlive a reload. "
            + "Differs from haproxytech: there all Ingresses with one period share a count, and those refused count, too.",
            "100")
    { IsGuard = true }
        .AlsoKnownAs(Dialect.HaproxyOrg, "rate-limit-requests").Bringing("rate-limit-status-code", "403");

    public static readonly Setting<TimeSpan> Period = new Setting<TimeSpan>(
            "rate-limit-period", Scopes.Global | Scopes.Ingress, PeriodIn(Kinds.Duration), TimeSpan.FromSeconds(1),
            "The time that rate-limit-requests is for. It is also what Retry-After says. One that cannot be had is rounded up, which makes the limit stricter: there are " + Periods
            + ". The first use of one other than 1s, 10s, 1m, 10m, 1h and 1d is a reload.", "1m")
    { IsGuard = true, Needs = [Requests] }
        .AlsoKnownAs(Dialect.HaproxyOrg, "rate-limit-period", PeriodIn(Kinds.DurationOrMilliseconds));

    public static readonly Setting<int> Burst = new(
        "rate-limit-burst", Scopes.Global | Scopes.Ingress, Kinds.Number(0, 1_000_000), Fallback: 0,
        "How many requests more than rate-limit-requests may come in one period, as long as the average of a longer time is not above the limit: "
        + "the shortest of 10 s, 1 m, 10 m, 1 h and 1 d that is at least six times the period, and beyond 4 h of six periods, of which the first use is a reload.",
        "50")
    { Needs = [Requests] };

    public static readonly Setting<CountKey> By = new(
        "rate-limit-by", Scopes.Global | Scopes.Ingress, CountKeys.Kind, CountKey.Client,
        "Which requests are counted together: those of each client (an IPv4 address, or the /64 of an IPv6 one), all of the Ingress, or those with the same value "
        + "of a header, such as an API key; requests without the header are counted by client.",
        "header:X-API-Key")
    { IsGuard = true, Needs = [Requests] };

    public static readonly Setting<int> Status = new Setting<int>(
            "rate-limit-status-code", Scopes.Global | Scopes.Ingress,
            Kinds.Number(400, 599), Fallback: 429,
            "What requests over the limit are answered. Where haproxy.org/rate-limit-requests asks for the limit, it is 403 if nothing is set, as there.", "503")
    { Needs = [Requests] }
        .AlsoKnownAs(Dialect.HaproxyOrg, "rate-limit-status-code");

    public static readonly Setting<AddressSources> Exempt = new Setting<AddressSources>(
            "rate-limit-exempt", Scopes.Global | Scopes.Ingress, ConfigMapKinds.Addresses, AddressSources.None,
            "Clients that rate-limit-requests does not hold for; they are not counted either. Lists are written as in allow-list; with one that cannot be read, nobody is exempt.", "10.0.0.0/8")
    { Needs = [Requests] }
        .AlsoKnownAs(Dialect.HaproxyOrg, "rate-limit-whitelist");

    public static readonly Setting<int> Size = new Setting<int>(
            "rate-limit-size", Scopes.Global, Kinds.Number(1_000, 10_000_000), Fallback: 100_000,
            "How many counts are kept at a time, for each period and for limit-connections; where there are more clients, the oldest count is given up. "
            + "One takes about 250 bytes. A change is a reload.",
            "1000000")
        .AlsoKnownAs(Dialect.HaproxyOrg, "rate-limit-size", CountInThousands());

    private static ValueKind<TimeSpan> PeriodIn(ValueKind<TimeSpan?> written) => new(
        $"{written.Expected}, from 100ms to 1d in tenths of a second",
        (string text, out TimeSpan value) =>
        {
            value = written.Parse(text, out var time) ? time.GetValueOrDefault() : default;
            return value >= Step && value <= TimeSpan.FromDays(1) && value.Ticks % Step.Ticks == 0;
        },
        value => Kinds.Duration.Format(value));

    // As HAProxy writes it: 100k is 100 times 1024.
    private static ValueKind<int> CountInThousands() => new(
        "a number from 1000 to 10000000, also such as 100k or 1m",
        (string text, out int value) =>
        {
            var isRead = Kinds.Size.Parse(text, out var size) && size is >= 1_000 and <= 10_000_000;
            value = isRead ? (int)size!.Value : 0;
            return isRead;
        },
        value => value.ToString(CultureInfo.InvariantCulture));
}
