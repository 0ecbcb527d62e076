using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sluice.Core.Values;

namespace Sluice.Core.Haproxy;

/// <summary>How to ask HAProxy what it holds, and what its replies mean (HAProxy management guide, sections 9.1 and 9.3).</summary>
/// <param name="layout">Where things lie.</param>
/// <param name="certificates">Files of certificates whose content is asked for; each costs a command.</param>
/// <param name="authorities">Files of authorities whose content is asked for.</param>
public sealed class ObservationText(Layout layout, IReadOnlyList<string> certificates, params IReadOnlyList<string> authorities)
{
    private const string EntryBeginning = "0x";
    private const string DrainingQuestion = "get var proc.draining";

    // Where in the replies the maps begin.
    private const int FirstMap = 9;
    private static readonly MapName[] Maps = Enum.GetValues<MapName>();

    // As "show info" and "set rate-limit" call them.
    private static readonly (string Shown, string Set)[] RateLimits =
        [("ConnRateLimit", "connections"), ("SessRateLimit", "sessions"), ("SslRateLimit", "ssl-sessions"), ("CompressBpsRateLim", "http-compression")];

    /// <summary>Asks which lists of patterns the rules of the program have.</summary>
    public const string ListsQuestion = "show acl";

    // How a list without a pattern ends.
    private const string NoPattern = "entry_cnt=0";

    /// <summary>Ask for the patterns themselves, by the answer to that.</summary>
    public static IEnumerable<string> PatternQuestions(string lists) =>
        Lines(lists).Where(line => !line.EndsWith(NoPattern, StringComparison.Ordinal)).Select(line => $"show acl #{line.Split(' ')[0]}");

    /// <summary>A digest of both answers, without where HAProxy has things in its memory.</summary>
    public static string Patterns(string lists, IEnumerable<string> patterns) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', Lines(lists).Append("").Concat(patterns.Select(reply => string.Join('\n', Lines(reply).Select(line => line[(line.IndexOf(' ') + 1)..]))))))));

    /// <summary>The commands to send. None of them changes anything.</summary>
    public IEnumerable<string> Questions => [.. General.Select(question => question.Text), .. certificates.Select(file => $"show ssl cert {file}"), .. authorities.Select(file => $"show ssl ca-file {file}")];

    // Each with what a reply must begin with; HAProxy answers some in words, when it is busy with certificates.
    private IEnumerable<(string Text, string Beginning)> General =>
    [
        ("show info", "Name:"),
        ("show stat -1 3 -1", "# pxname"),
        ("show servers state", "1"),
        ("show ssl cert", "# "),
        ($"show ssl crt-list -n {layout.CertificateList}", "# "),
        ("show stat -1 4 -1", "# pxname"),
        ("show ssl ca-file", "# "),
        (ListsQuestion, "# id"),
        (DrainingQuestion, ""),
        .. Maps.Select(map => ($"show map {layout.MapFile(map)}", EntryBeginning)),
    ];

    /// <summary>Of the replies the one that says which lists of patterns there are.</summary>
    public static string ListsIn(IReadOnlyList<string> replies) => replies[FirstMap - 2];

    /// <summary>What the replies say, which stand in the order of the questions.</summary>
    public Observation Read(IReadOnlyList<string> replies)
    {
        var info = Fields(replies[0]);
        var proxies = Table(replies[1]).ToList();
        var stored = Lines(replies[3]).ToList();
        var authorityFiles = Lines(replies[6]).Select(line => line.Split(' ')[0]).ToList();
        var entries = Maps.SelectMany((map, index) => Entries(map, replies[FirstMap + index])).ToLookup(entry => entry.Map == MapName.Regex);
        var details = FirstMap + Maps.Length;
        return new Observation
        {
            Unanswered = [.. General.Zip(replies)
                .Where(pair => !Answers(pair.Second, pair.First.Beginning))
                .Select(pair => (pair.First.Text, pair.Second))],
            IsDraining = replies[FirstMap - 1].Contains("value=<1>", StringComparison.Ordinal),
            ProgramId = StateText.DescribedProgramId(info.GetValueOrDefault("description", "")),
            IsStopping = info.GetValueOrDefault("Stopping", "0") != "0",
            ConnectionLimit = Number(info.GetValueOrDefault("Maxconn", "")),
            ProgramConnectionLimit = Number(info.GetValueOrDefault("Hard_maxconn", "")),
            RateLimits = [.. RateLimits.Where(limit => Number(info.GetValueOrDefault(limit.Shown, "")) != 0).Select(limit => limit.Set)],
            Frontends = [.. proxies.Where(row => row["svname"] == "FRONTEND")
                .Select(row => new ObservedFrontend(row["pxname"], row["status"], Number(row["slim"])))],
            Backends = proxies.Where(row => row["svname"] == "BACKEND")
                .ToDictionary(row => row["pxname"], row => !row["status"].Contains("UNPUB", StringComparison.Ordinal), StringComparer.Ordinal),
            Servers = Servers(replies[2]).ToLookup(server => server.Backend, StringComparer.Ordinal),
            CertificateFiles = stored.Where(line => line[0] != '*').ToHashSet(StringComparer.Ordinal),
            Transactions = [.. stored.Where(line => line[0] == '*').Select(line => line[1..])],
            CertificateList = Lines(replies[4]).Select(Listed).ToLookup(line => line.File, StringComparer.Ordinal),
            Entries = [.. entries[false]],
            Regexes = entries[true].ToEquatableArray(),
            Fingerprints = certificates.Select((file, index) => (file, Fields(replies[details + index]).GetValueOrDefault("SHA1 FingerPrint", "")))
                .Where(pair => pair.Item2.Length > 0)
                .ToDictionary(pair => pair.file, pair => pair.Item2, StringComparer.Ordinal),
            AuthorityFiles = authorityFiles.Where(file => file[0] != '*').ToHashSet(StringComparer.Ordinal),
            AuthorityTransactions = [.. authorityFiles.Where(file => file[0] == '*').Select(file => file[1..])],
            AuthorityFingerprints = authorities.Select((file, index) => (file, All(replies[details + certificates.Count + index], "SHA1 FingerPrint: ")))
                .ToDictionary(pair => pair.file, pair => pair.Item2, StringComparer.Ordinal),
            ServerLimits = Table(replies[5]).Select(row => (Server: (row["pxname"], row["svname"]), Limit: Number(row["slim"])))
                .Where(row => row.Limit > 0).ToDictionary(row => row.Server, row => row.Limit),
        };
    }

    // Notices of the server may stand before an answer. An empty map gives an empty one.
    private static bool Answers(string reply, string beginning) =>
        reply.StartsWith(beginning, StringComparison.Ordinal) || reply.Contains("\n" + beginning, StringComparison.Ordinal)
        || (beginning == EntryBeginning && reply.Length == 0);

    private static IEnumerable<string> Lines(string reply) =>
        reply.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(line => line[0] != '#');

    private static HashSet<string> All(string reply, string beginning) =>
        Lines(reply).Where(line => line.StartsWith(beginning, StringComparison.Ordinal)).Select(line => line[beginning.Length..]).ToHashSet(StringComparer.Ordinal);

    private static Dictionary<string, string> Fields(string reply)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in reply.Split('\n'))
        {
            if (line.IndexOf(':', StringComparison.Ordinal) is var colon and > 0)
            {
                fields.TryAdd(line[..colon], line[(colon + 1)..].Trim());
            }
        }

        return fields;
    }

    // "# pxname,svname,..." heads the rows of "show stat".
    private static IEnumerable<Dictionary<string, string>> Table(string reply)
    {
        var rows = reply.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var head = Array.FindIndex(rows, row => row.StartsWith("# ", StringComparison.Ordinal));
        if (head < 0)
        {
            return [];
        }

        string[] wanted = ["pxname", "svname", "slim", "status"];
        var names = rows[head][2..].Split(',');
        var columns = wanted.Select(name => Array.IndexOf(names, name)).ToArray();

        // There are about a hundred columns, and those that are wanted are among the first.
        return rows.Skip(head + 1).Select(row => row.Split(',', columns.Max() + 2))
            .Where(cells => cells.Length > columns.Max())
            .Select(cells => wanted.Zip(columns).ToDictionary(column => column.First, column => cells[column.Second], StringComparer.Ordinal));
    }

    // be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight, and from the 19th on srv_port srvrecord
    // srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port.
    private static IEnumerable<ObservedServer> Servers(string reply) =>
        from line in Lines(reply)
        let cells = line.Split(' ')
        where cells.Length > 24
        let address = cells[4].Contains(':', StringComparison.Ordinal) ? $"[{cells[4]}]" : cells[4]
        select new ObservedServer(cells[1], cells[3], $"{address}:{cells[18]}", Number(cells[7]), cells[6] == "0")
        {
            IsDown = cells[5] is "0" or "3",
            IsCheckOff = (Number(cells[13]) & Checking) == 0,
            IsTls = cells[20] == "1",
            CheckPort = Number(cells[21]),
            Agent = (cells[23], Number(cells[24])),
        };

    // Of the bits of srv_check_state.
    private const int Checking = 4;

    // 0x7f1b33e213c0 KEY VALUE
    private static IEnumerable<MapEntry> Entries(MapName map, string reply) =>
        from line in reply.Split('\n')
        where line.StartsWith(EntryBeginning, StringComparison.Ordinal)
        let words = line.Split(' ', 3)
        where words.Length == 3
        select new MapEntry(map, words[1], words[2]);

    // FILE:LINE HOST HOST ...
    private static ListedCertificate Listed(string line)
    {
        var words = line.Split(' ', 2);
        var colon = words[0].LastIndexOf(':');
        return colon < 0
            ? new ListedCertificate(words[0], "", "")
            : new ListedCertificate(words[0][..colon], words[0][(colon + 1)..], words.Length > 1 ? words[1] : "");
    }

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
