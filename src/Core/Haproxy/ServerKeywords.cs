using System.Globalization;
using System.Text;
using Sluice.Core.Haproxy.Features;
using Sluice.Core.Model;

namespace Sluice.Core.Haproxy;

/// <summary>What a backend's policy adds to the lines of its servers.</summary>
internal static class ServerKeywords
{
    /// <summary>Begins the words for checks.</summary>
    public const string Check = " check ";

    /// <summary>Begins the words for an agent.</summary>
    public const string Agent = " agent-check ";

    /// <summary>Stands before the port of an agent.</summary>
    public const string AgentPort = "agent-port ";

    /// <summary>Begins the words for TLS.</summary>
    public const string Tls = " ssl ";

    /// <summary>Has checks go over TLS.</summary>
    public const string TlsCheck = " check-ssl";

    /// <summary>Begins the words for the name that is asked for in checks.</summary>
    public const string NamedCheck = " check-sni ";

    /// <summary>
    /// Where none stands, HAProxy asks for the Host of a check from 3.3 on, and then compares the certificate with it. This has it ask
    /// for none. The program says so by default, which servers that are added do not take over; before 3.3 there is no such word.
    /// </summary>
    public const string UnnamedCheck = "no-check-sni-auto";

    /// <summary>Begins the words for a cookie.</summary>
    public const string Cookie = " cookie ";

    /// <summary>
    /// How soon HAProxy looks again for idle connections that it does not need: after a reload the former worker's, which it
    /// may keep as long as a WebSocket of it lives, are half gone after 3 s and all after 8. With its default of 5 s it takes 40.
    /// </summary>
    public const string Pool = " pool-purge-delay 1s";

    /// <summary>The words for a server, with a blank before them. They hold nothing but what is written here, numbers, hashes and DNS names.</summary>
    public static string Of(BackendId backend, string server)
    {
        var policy = backend.Policy;
        if (policy == BackendPolicy.Standard)
        {
            return "";
        }

        var words = new StringBuilder();
        words.Append(policy.HasCookie ? Cookie + SessionCookies.Value(backend.Service, server) : "");

        // By itself HAProxy takes the number that a server has, and that is another one after a reload, and in a replica.
        words.Append(policy.Balance == Balance.Hash ? " hash-key addr-port" : "");
        words.Append(policy.SlowStart is { } time ? $" slowstart {ConfigWriter.Time(time)}" : "");
        words.Append(Protocol(policy)).Append(policy.IsTls ? Identity(policy.Credentials) : "");
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
            words.Append(policy.ProxyProtocol is null ? "" : " check-send-proxy").Append(Checked(policy));
            words.Append(check.Passive is not { } passive ? ""
                : string.Create(CultureInfo.InvariantCulture, $" observe {(passive.CountsAnswers ? "layer7" : "layer4")} error-limit {passive.Limit} on-error mark-down"));
        }

        words.Append(policy.Agent is not { } agent ? ""
            : string.Create(CultureInfo.InvariantCulture, $"{Agent}{AgentPort}{agent.Port} agent-inter {ConfigWriter.Time(agent.Interval)}"));
        return words.ToString();
    }

    private static string Protocol(BackendPolicy policy) => (policy.IsTls, policy.Protocol) switch
    {
        (false, ServerProtocol.Http2) => " proto h2",
        (false, ServerProtocol.FastCgi) => " proto fcgi",
        (false, _) => "",
        (true, null) => $"{Tls}verify {Verification(policy)} alpn h2,http/1.1",
        (true, ServerProtocol.FastCgi) => $"{Tls}verify {Verification(policy)} proto fcgi",
        (true, ServerProtocol.Http1) => $"{Tls}verify {Verification(policy)} alpn http/1.1",
        (true, _) => $"{Tls}verify {Verification(policy)} alpn h2 proto h2",
    };

    private static string Verification(BackendPolicy policy) =>
        policy.Credentials?.Authorities is { } authorities ? $"required ca-file {PemFile.Of(authorities).Name}.pem" : "none";

    // Where a name is asked for, HAProxy compares the certificate with it, and by itself it asks for the host of the
    // request. A variable that is never set asks for none, also where there is no other word for that (before 3.3).
    private static string Identity(PodCredentials? credentials) => credentials switch
    {
        null => "",
        { Shown: { } shown } => $" crt {PemFile.Of(shown).Name}.pem{Identity(credentials with { Shown = null })}",
        { ServerName: { } name } => $" sni str({name})",
        { Authorities: not null, VerifiedName: { } name } => $" sni var(txn.noname) verifyhost {name}",
        { Authorities: not null } => " sni var(txn.noname)",
        _ => "",
    };

    // Of a server that is added at run time, a check takes over nothing from its line by itself.
    private static string Checked(BackendPolicy policy)
    {
        var protocol = policy.Check?.Http is null ? "" : policy.Protocol switch
        {
            ServerProtocol.Http2 => $"{(policy.IsTls ? " check-alpn h2" : "")} check-proto h2",
            ServerProtocol.FastCgi => " check-proto fcgi",
            _ => "",
        };
        var name = policy.Credentials is not { } credentials || !policy.IsTls ? ""
            : (credentials.ServerName ?? credentials.VerifiedName) is { } known ? $"{NamedCheck}{known}" : "";
        return $"{(policy.IsTls ? TlsCheck : "")}{protocol}{name}";
    }
}
