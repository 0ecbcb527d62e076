using System.Globalization;
using System.Net;
using Sluice.Core.Values;

namespace Sluice.Core.Credentials;

/// <summary>
/// How somebody else is asked whether a request may pass. Its text is what the agent reads: a line that says what it is,
/// then a word and its value in each line.
/// </summary>
/// <param name="Url">Where.</param>
/// <param name="Method">By which method.</param>
/// <param name="Timeout">How long it may take.</param>
/// <param name="Passed">The headers of a request that they see, in lower case; empty for all.</param>
/// <param name="Copied">The headers of the answer that the request gets, in lower case.</param>
/// <param name="MayAskItself">Whether it may be at an address of the agent's own machine or pod.</param>
public sealed record AuthRequest(string Url, string Method, TimeSpan Timeout, EquatableArray<string> Passed, EquatableArray<string> Copied, bool MayAskItself)
{
    private const string Head = "request 1";
    private const string Itself = "loopback";

    // What is not the client's own word.
    private static readonly string[] PassedAlways = ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-forwarded-port", "x-real-ip"];

    public string ToText() => string.Join('\n',
        [
            Head, $"url {Url}", $"method {Method}", $"timeout {((long)Timeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)}",
            .. Passed.Select(name => $"pass {name}"), .. Copied.Select(name => $"copy {name}"), .. MayAskItself ? (string[])[$"{Itself} yes"] : [], "",
        ]);

    /// <summary>Whether the host of a URL is by its name or address where the agent itself is.</summary>
    public static bool IsOfItself(string url)
    {
        var host = new Uri(url).DnsSafeHost;
        return IPAddress.TryParse(host, out var address) ? AddressReach.IsOfItself(address) : host == "localhost" || host.EndsWith(".localhost", StringComparison.Ordinal);
    }

    /// <summary>Whether the host of a URL may be asked at all, as far as its text says it.</summary>
    public static bool IsInReach(string url) => !IPAddress.TryParse(new Uri(url).DnsSafeHost, out var address) || AddressReach.Includes(address, mayBeItself: true);

    /// <summary>Whether they see a header of a request.</summary>
    public bool Passes(string name) => Passed.Count == 0 || Passed.Contains(name) || PassedAlways.Contains(name);

    /// <summary>Reads what <see cref="ToText"/> wrote; null if it is something else.</summary>
    public static AuthRequest? Parse(string text)
    {
        var lines = text.Split('\n');
        var values = lines.Skip(1).Select(line => line.Split(' ', 2)).Where(words => words.Length == 2).ToLookup(words => words[0], words => words[1], StringComparer.Ordinal);
        return lines[0] == Head && values["url"].FirstOrDefault() is { } url && values["method"].FirstOrDefault() is { } method
            && int.TryParse(values["timeout"].FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? new AuthRequest(url, method, TimeSpan.FromMilliseconds(milliseconds), values["pass"].ToEquatableArray(), values["copy"].ToEquatableArray(), values[Itself].Contains("yes"))
            : null;
    }
}
