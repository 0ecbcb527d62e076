using System.Net;

namespace Sluice.Controller.Cluster;

/// <summary>
/// Finds the proxy on the way to the API server, by the rules of all programs in Go, and so of kubectl. Those of .NET do
/// not know networks (10.0.0.0/8) in NO_PROXY, which is how a cluster's own addresses are written there.
/// </summary>
public static class Proxies
{
    /// <summary>The proxy at a URL, with the user and password in it; null if it is no URL.</summary>
    public static WebProxy? At(string url)
    {
        if (!Uri.TryCreate(url.Contains("://", StringComparison.Ordinal) ? url : $"http://{url}", UriKind.Absolute, out var address) || address.Host.Length == 0)
        {
            return null;
        }

        var user = address.UserInfo.Split(':', 2);
        return new WebProxy(new UriBuilder(address) { UserName = "", Password = "" }.Uri)
        {
            Credentials = address.UserInfo.Length == 0 ? null
                : new NetworkCredential(Uri.UnescapeDataString(user[0]), user.Length == 2 ? Uri.UnescapeDataString(user[1]) : ""),
        };
    }

    /// <summary>The proxy to a server that the environment names (HTTPS_PROXY, HTTP_PROXY, NO_PROXY); null for none.</summary>
    /// <param name="server">The server.</param>
    /// <param name="variable">Gives the value of a variable.</param>
    public static WebProxy? ByEnvironment(Uri server, Func<string, string?> variable)
    {
        var url = Value($"{server.Scheme}_proxy", variable);
        return url.Length == 0 || IsDirect(server, Value("no_proxy", variable)) ? null
            : At(url) ?? throw new InvalidDataException($"{server.Scheme.ToUpperInvariant()}_PROXY in the environment is not a URL.");
    }

    private static string Value(string name, Func<string, string?> variable) =>
        variable(name.ToUpperInvariant()) is { Length: > 0 } upper ? upper : variable(name) ?? "";

    private static bool IsDirect(Uri server, string exceptions)
    {
        var host = server.IdnHost;
        return host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address))
            || exceptions.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Any(rule => Takes(rule, host, server.Port));
    }

    private static bool Takes(string rule, string host, int port)
    {
        if (rule == "*")
        {
            return true;
        }

        var isAddress = IPAddress.TryParse(host, out var address);
        if (IPNetwork.TryParse(rule, out var network))
        {
            return isAddress && network.Contains(address!);
        }

        if (IPAddress.TryParse(rule, out var single))
        {
            return isAddress && single.Equals(address);
        }

        var colon = rule.LastIndexOf(':');
        if (colon >= 0)
        {
            return rule[(colon + 1)..] == $"{port}" && Takes(rule[..colon].Trim('[', ']'), host, port);
        }

        var name = rule.StartsWith("*.", StringComparison.Ordinal) ? rule[1..] : rule;
        return !isAddress && (name.StartsWith('.')
            ? host.EndsWith(name, StringComparison.OrdinalIgnoreCase)
            : host.Equals(name, StringComparison.OrdinalIgnoreCase) || host.EndsWith($".{name}", StringComparison.OrdinalIgnoreCase));
    }
}
