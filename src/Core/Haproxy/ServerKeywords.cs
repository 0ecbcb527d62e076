using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sluice.Core.Model;

namespace Sluice.Core.Haproxy;

/// <summary>What a backend's policy adds to the lines of its servers.</summary>
internal static class ServerKeywords
{
    /// <summary>Begins the words for checks.</summary>
    public const string Check = " check ";

    /// <summary>Begins the words for a cookie.</summary>
    public const string Cookie = " cookie ";

    /// <summary>
    /// How soon HAProxy looks again for idle connections that it does not need: after a reload the former worker's, which it
    /// may keep as long as a WebSocket of it lives, are half gone after 3 s and all after 8. With its default of 5 s it takes 40.
    /// </summary>
    public const string Pool = " pool-purge-delay 1s";

    /// <summary>The words for a server, with a blank before them. They hold nothing but what is written here, numbers and hashes.</summary>
    public static string Of(BackendPolicy policy, string server)
    {
        if (policy == BackendPolicy.Standard)
        {
            return "";
        }

        var words = new StringBuilder();
        words.Append(policy.HasCookie ? Cookie + CookieValue(server) : "");
        words.Append(policy.SlowStart is { } time ? $" slowstart {ConfigWriter.Time(time)}" : "");
        words.Append(Protocol(policy));
        words.Append(policy.ProxyProtocol switch
        {
            null => "",
            ProxyProtocol.V1 => " send-proxy",
            ProxyProtocol.V2 => " send-proxy-v2",
            ProxyProtocol.V2Ssl => " send-proxy-v2-ssl",
            _ => " send-proxy-v2-ssl-cn",
        });
        if (policy.Check is { } check)
        {
            words.Append(CultureInfo.InvariantCulture, $"{Check}inter {ConfigWriter.Time(check.Interval)} rise {check.Rise} fall {check.Fall}");
            words.Append(policy.ProxyProtocol is null ? "" : " check-send-proxy");
        }

        return words.ToString();
    }

    // A replica, and the next HAProxy, must know the value, and clients need not see the address in it.
    private static string CookieValue(string server) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"session {server}")))[..16];

    private static string Protocol(BackendPolicy policy) => (policy.IsTls, policy.Protocol) switch
    {
        (false, ServerProtocol.Http2) => " proto h2",
        (false, _) => "",
        (true, null) => " ssl verify none alpn h2,http/1.1",
        (true, ServerProtocol.Http1) => " ssl verify none alpn http/1.1",
        (true, _) => " ssl verify none alpn h2 proto h2",
    };
}
