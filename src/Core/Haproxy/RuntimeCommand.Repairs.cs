using System.Globalization;
using Sluice.Core.Values;

namespace Sluice.Core.Haproxy;

/// <content>Commands that only undo what others did, or what was left half done.</content>
public abstract partial record RuntimeCommand
{
    /// <summary>Gives a server its address back.</summary>
    public sealed record SetAddress(string Backend, ServerState Server) : RuntimeCommand
    {
        public override IEnumerable<RuntimeLine> Lines(Layout layout)
        {
            var (address, port) = Split(Server);
            return [new($"set server {Backend}/{Server.Name} addr {address} port {port}", "by 'stats socket command'")];
        }
    }

    private static (string Address, string Port) Split(ServerState server)
    {
        var colon = server.Address.LastIndexOf(':');
        return (server.Address[..colon].Trim('[', ']'), server.Address[(colon + 1)..]);
    }

    /// <summary>Has HAProxy speak to a server over TLS, or not.</summary>
    public sealed record SetTls(string Backend, string Server, bool IsTls) : RuntimeCommand
    {
        public override IEnumerable<RuntimeLine> Lines(Layout layout) => [new($"set server {Backend}/{Server} ssl {(IsTls ? "on" : "off")}", "updated")];
    }

    /// <summary>Has HAProxy check a server where requests go.</summary>
    public sealed record SetCheckPort(string Backend, ServerState Server) : RuntimeCommand
    {
        public override IEnumerable<RuntimeLine> Lines(Layout layout) => [new($"set server {Backend}/{Server.Name} check-port {Split(Server).Port}", "")];
    }

    /// <summary>Has HAProxy look for a server's agent where it is.</summary>
    public sealed record SetAgentAddress(string Backend, ServerState Server) : RuntimeCommand
    {
        public override IEnumerable<RuntimeLine> Lines(Layout layout) =>
            [new(string.Create(CultureInfo.InvariantCulture, $"set server {Backend}/{Server.Name} agent-addr {Split(Server).Address} port {Server.AgentPort}"), "")];
    }

    /// <summary>Has the health port answer that HAProxy is well.</summary>
    public sealed record EndDraining : RuntimeCommand
    {
        public override IEnumerable<RuntimeLine> Lines(Layout layout) => [new("experimental-mode on; set var proc.draining expr bool(false)", "")];
    }

    /// <summary>Lets a server count as up that somebody declared to be down.</summary>
    public sealed record SetUp(string Backend, string Server) : RuntimeCommand
    {
        public override IEnumerable<RuntimeLine> Lines(Layout layout) => [new($"set server {Backend}/{Server} health up", "")];
    }

    /// <summary>Lets a server be checked again.</summary>
    public sealed record EnableChecks(string Backend, string Server) : RuntimeCommand
    {
        public override IEnumerable<RuntimeLine> Lines(Layout layout) => [new($"enable health {Backend}/{Server}", "")];
    }

    /// <summary>Sets how many connections a server gets at a time; 0 for no limit.</summary>
    public sealed record LimitServer(string Backend, string Server, int Limit) : RuntimeCommand
    {
        public override IEnumerable<RuntimeLine> Lines(Layout layout) => [new($"set maxconn server {Backend}/{Server} {Limit}", "")];
    }

    /// <summary>Lets a frontend that was paused take connections again.</summary>
    public sealed record EnableFrontend(string Frontend) : RuntimeCommand
    {
        public override IEnumerable<RuntimeLine> Lines(Layout layout) => [new($"enable frontend {Frontend}", "")];
    }

    /// <summary>Sets how many connections a frontend takes at most.</summary>
    public sealed record LimitFrontend(string Frontend, int Connections) : RuntimeCommand
    {
        public override IEnumerable<RuntimeLine> Lines(Layout layout) => [new($"set maxconn frontend {Frontend} {Connections}", "")];
    }

    /// <summary>Lets HAProxy take as many connections as its program says.</summary>
    public sealed record RestoreConnectionLimit : RuntimeCommand
    {
        public override IEnumerable<RuntimeLine> Lines(Layout layout) => [new("set maxconn global 0", "")];
    }

    /// <summary>Takes away a limit of the whole process.</summary>
    public sealed record RemoveRateLimit(string Limit) : RuntimeCommand
    {
        public override IEnumerable<RuntimeLine> Lines(Layout layout) => [new($"set rate-limit {Limit} global 0", "")];
    }

    /// <summary>Gives up the replacement of a certificate that somebody began.</summary>
    public sealed record AbortCertificate(string File) : RuntimeCommand
    {
        public override IEnumerable<RuntimeLine> Lines(Layout layout) => [new($"abort ssl cert {File}", "aborted")];
    }

    /// <summary>Puts what a certificate should be in its place.</summary>
    public sealed record ReplaceCertificate(string File, Sensitive Pem) : RuntimeCommand
    {
        public override IEnumerable<RuntimeLine> Lines(Layout layout) =>
        [
            new($"set ssl cert {File} <<\n{Pem.Reveal}", "Transaction"),
            new($"commit ssl cert {File}", "Success"),
        ];
    }

    /// <summary>Takes a line out of the certificate list.</summary>
    public sealed record UnlistCertificate(string File, string Line) : RuntimeCommand
    {
        public override IEnumerable<RuntimeLine> Lines(Layout layout) => [new($"del ssl crt-list {layout.CertificateList} {File}:{Line}", "deleted")];
    }

    /// <summary>Makes HAProxy forget a certificate that is in no list.</summary>
    public sealed record ForgetCertificate(string File) : RuntimeCommand
    {
        public override IEnumerable<RuntimeLine> Lines(Layout layout) => [new($"del ssl cert {File}", "deleted")];
    }
}
