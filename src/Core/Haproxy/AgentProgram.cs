using System.Security.Cryptography;
using System.Text;
using Sluice.Core.Haproxy.Features;

namespace Sluice.Core.Haproxy;

/// <summary>
/// How HAProxy asks the agent (SPOE): the filters, the backends that the agent is behind, and the file that says what is
/// asked. The agent answers by variables of the request, whose names begin with <c>txn.auth.</c>; what could not be asked
/// leaves them unset, and so nothing is allowed.
/// </summary>
internal static class AgentProgram
{
    /// <summary>What a request with a name and a password asks.</summary>
    public const string Basic = "basic";

    /// <summary>What a request asks that somebody else decides about.</summary>
    public const string External = "external";

    /// <summary>What a request with a token asks.</summary>
    public const string Token = "token";

    /// <summary>What a request asks of which a copy is to be sent.</summary>
    public const string Mirror = "mirror";

    /// <summary>Begins the names of variables that the agent sets.</summary>
    public const string Prefix = "txn.auth.";

    // One that waits for longer than the agent itself would let it is as good as lost. Nobody waits for a copy: that the agent
    // has it is enough, and its answer says nothing.
    private const string Patience = "15s";
    private const string PatienceForCopies = "100ms";

    /// <summary>Which questions there are, and with what: for each filter a scope of its own.</summary>
    public static string Questions { get; } =
        Scope(
            Names.Agent,
            Patience,
            (Basic, "set=var(txn.basicset) credentials=var(txn.basicgiven)"),
            (Token, "set=var(txn.tokenset) credentials=var(txn.tokengiven) names=req.hdr_names"),
            (External, "set=var(txn.externalset) id=unique-id method=method target=pathq headers=req.hdrs_bin"))
        + Scope(Names.Copies, PatienceForCopies, (Mirror, "to=var(txn.mirrorto) id=unique-id method=method target=pathq headers=req.hdrs_bin body=req.body"));

    /// <summary>Begins what an older HAProxy does not take: it refuses whoever would have to be asked about.</summary>
    public const string IfPossible = ".if version_atleast(3.1)";

    /// <summary>The lines by which a frontend has the filter of this name.</summary>
    public static IEnumerable<string> Attach(string engine, Layout layout) => [IfPossible, $"filter spoe engine {engine} config {layout.AgentQuestions}", ".endif"];

    /// <summary>A rule that asks.</summary>
    public static string Ask(string question, string condition) =>
        $"http-request send-spoe-group {(question == Mirror ? Names.Copies : Names.Agent)} {question} if {condition}";

    /// <summary>The sections that the program has for a filter beside those that it has always.</summary>
    public static IEnumerable<Section> Sections(Filter filter, Layout layout) => filter switch
    {
        Filter.Agent => [new($"backend {Names.Agent}", Backend(Names.Agent, "2s", 2000, layout))],
        Filter.Mirror => [new($"backend {Names.Copies}", Backend(Names.Copies, PatienceForCopies, 500, layout)), new($"frontend {Mirror}", Mirrors(layout))],
        _ => [],
    };

    // An agent that is away refuses at once; a second try would wait for a second. One that hangs is found by checks, which it
    // answers beside its work: then what was asked is given up, and what comes is refused at once until it is back.
    private static string Backend(string name, string queue, int most, Layout layout) => $"""
        # Asks by {Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Questions)))[..16]}.
        {IfPossible}
        backend {name} from base
          mode spop
          retries 0
          timeout connect 1s
          timeout queue {queue}
          timeout server 1h
          timeout check 1s
          option spop-check
          load-server-state-from-file none
          server {Names.Agent} unix@{layout.AgentSocket} maxconn {most} check inter 500ms fastinter 100ms downinter 100ms fall 2 rise 1 on-marked-down shutdown-sessions
        .endif

        """;

    // Where the agent sends copies of requests. No client gets there, so that the header is the agent's own.
    private static string Mirrors(Layout layout) => $"""
        frontend {Mirror} from base
          bind unix@{layout.MirrorSocket} mode 600
          guid {Names.Guid("f", Mirror)}
          http-request set-var(txn.route) req.hdr(sluice-mirror-to)
          http-request del-header sluice-mirror-to
          {Http2.ClearRule("var(txn.route)")}
          use_backend %[var(txn.route)]
          default_backend {Names.Unavailable}

        """;

    private static string Scope(string engine, string patience, params IReadOnlyList<(string Name, string Arguments)> questions)
    {
        var text = new StringBuilder($"""
            [{engine}]
            spoe-agent {engine}
              groups {string.Join(' ', questions.Select(question => question.Name))}
              option var-prefix auth
              timeout processing {patience}
              use-backend {engine}

            """);
        foreach (var (name, arguments) in questions)
        {
            text.Append("spoe-message ").Append(name).Append("\n  args ").Append(arguments)
                .Append("\nspoe-group ").Append(name).Append("\n  messages ").Append(name).Append('\n');
        }

        return text.ToString();
    }
}
