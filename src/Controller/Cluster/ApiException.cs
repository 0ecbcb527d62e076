using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Sluice.Controller.Cluster;

/// <summary>The API server answered, and refused.</summary>
/// <param name="code">The HTTP status, from the response or from the Status object of a watch.</param>
/// <param name="message">What the server said, else the name of the status.</param>
/// <param name="retryAfter">How long the server asked us to wait; null if it did not.</param>
/// <param name="isAhead">Whether the server does not have the version yet that was asked for.</param>
public sealed class ApiException(HttpStatusCode code, string message, TimeSpan? retryAfter = null, bool isAhead = false) : IOException(message)
{
    private const int LongestMessage = 300;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    public HttpStatusCode Code { get; } = code;

    /// <summary>How long the server asked us to wait, within reason; null if it did not.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter > LongestWait ? LongestWait : retryAfter;

    /// <summary>
    /// Whether the version that was asked for cannot be had: it is too old (410), or too new, as after the server's data
    /// were restored from a backup. List anew.
    /// </summary>
    public bool IsGone => Code == HttpStatusCode.Gone || isAhead;

    /// <summary>Reads the refusal that a response is.</summary>
    public static async Task<ApiException> FromAsync(HttpResponseMessage response, CancellationToken stop)
    {
        var body = await response.Content.ReadAsByteArrayAsync(stop);
        var failure = FromStatus(body, response.StatusCode);
        return new ApiException(
            response.StatusCode, failure.Message, Delay(response.Headers.RetryAfter) ?? failure.RetryAfter, failure.IsGone && failure.Code != HttpStatusCode.Gone);
    }

    /// <summary>Reads a Status object (Kubernetes API conventions, "Response Status Kind").</summary>
    public static ApiException FromStatus(ReadOnlySpan<byte> json, HttpStatusCode otherwise = HttpStatusCode.InternalServerError)
    {
        StatusObject? status = null;
        try
        {
            status = JsonSerializer.Deserialize(json, ClusterJson.Default.StatusObject);
        }
        catch (JsonException)
        {
            // A proxy's page, or a text. The code says enough.
        }

        var code = status?.Code is > 0 and var given ? (HttpStatusCode)given : otherwise;
        var text = status?.Message is { Length: > 0 } message ? message : $"{(int)code} {code}";
        var seconds = status?.Details?.RetryAfterSeconds ?? 0;
        return new ApiException(
            code, text.Length > LongestMessage ? text[..LongestMessage] + "…" : text, seconds > 0 ? TimeSpan.FromSeconds(seconds) : null,
            status?.Details?.Causes?.Any(cause => cause?.Reason == "ResourceVersionTooLarge") == true);
    }

    private static TimeSpan? Delay(RetryConditionHeaderValue? header) =>
        header?.Delta ?? (header?.Date is { } date && date - DateTimeOffset.UtcNow is { Ticks: > 0 } wait ? wait : null);
}
