using System.Text.RegularExpressions;
using Sluice.Core.Values;

namespace Sluice.Core.Annotations.Features;

/// <summary>What becomes of answers on their way: compressed, kept, slowed down.</summary>
public static partial class Payloads
{
    private const int LeastBandwidth = 1024;
    private const int MostBandwidth = 1 << 30;

    public static readonly Setting<bool> Compression = new(
        "compression", Scopes.Everywhere, Kinds.OneOf(("none", false), ("gzip", true)), Fallback: false,
        "Whether answers are compressed for clients that take it, where pods did not do so themselves, with a status of 200 to 203 and a type of compression-types, unless they say "
        + "Cache-Control: no-transform. Answers from the cache are not. The first use is a reload, also of other compression-types or another compression-min-size.",
        "gzip");

    public static readonly Setting<EquatableArray<string>> CompressionTypes = new(
        "compression-types", Scopes.Everywhere, Types(),
        Fallback: ["text/html", "text/plain", "text/css", "text/javascript", "text/xml", "application/javascript", "application/json", "application/xml", "image/svg+xml"],
        "The media types of answers that compression is for; each stands for all that begin with it.", "text/html,application/json")
    { Needs = [Compression] };

    public static readonly Setting<long?> CompressionMinSize = new(
        "compression-min-size", Scopes.Everywhere, Kinds.Size, Fallback: 1024,
        "The size from which on compression compresses answers that tell theirs.", "4k")
    { Needs = [Compression] };

    public static readonly Setting<bool> Cache = new(
        "cache", Scopes.Global | Scopes.Ingress, Kinds.Bool, Fallback: false,
        "Whether answers of pods to GET are kept for the next one who asks for the same host, path and query, as long as their Cache-Control or Expires allows. Not kept are answers "
        + "that do not say how long they hold, those that are private or set a cookie, those larger than cache-max-object-size, those that vary by more than Accept-Encoding, Origin and "
        + "Referer, and those to requests with Authorization. Who may come is judged before. It has no effect where credentials are checked, with a canary, or with service-weights. Each HAProxy keeps its own, and a reload forgets them. The first use is a reload.",
        "true");

    public static readonly Setting<int> CacheSize = new(
        "cache-size", Scopes.Global, Kinds.Number(1, 4095), Fallback: 32, "How many megabytes of answers are kept; HAProxy takes this memory at once. A change is a reload.", "256");

    public static readonly Setting<long?> CacheMaxObjectSize = new(
        "cache-max-object-size", Scopes.Global, Kinds.Size, Fallback: 1 << 20,
        "The largest answer that is kept, with its headers; at most half of cache-size. A change is a reload.", "100k");

    public static readonly Setting<TimeSpan?> CacheMaxAge = new(
        "cache-max-age", Scopes.Global, Kinds.Duration, Fallback: TimeSpan.FromHours(1), "How long answers are kept at most, whatever they allow. A change is a reload.", "10m");

    public static readonly Setting<long?> LimitBandwidth = new(
        "limit-bandwidth", Scopes.Global | Scopes.Ingress, Bandwidth(), Fallback: null,
        "How many bytes in a second each answer goes out with. The first use is a reload.", "500k");

    private static ValueKind<EquatableArray<string>> Types() => new(
        "at most 30 media types such as text/html, separated by commas",
        (string text, out EquatableArray<string> value) =>
        {
            var types = text.ToLowerInvariant().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            value = types.Distinct(StringComparer.Ordinal).ToEquatableArray();
            return value.Count is > 0 and <= 30 && types.All(type => MediaType().IsMatch(type));
        },
        value => string.Join(',', value));

    private static ValueKind<long?> Bandwidth() => new(
        "a size from 1k to 1g",
        (string text, out long? value) => Kinds.Size.Parse(text, out value) && value is >= LeastBandwidth and <= MostBandwidth,
        Kinds.Size.Format);

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9.+-]{0,40}/[a-z0-9][a-z0-9.+-]{0,80}\z", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex MediaType();
}
