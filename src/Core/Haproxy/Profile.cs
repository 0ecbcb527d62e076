using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sluice.Core.Haproxy.Features;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Haproxy;

/// <summary>
/// What a backend cannot be given at run time, but takes over from a named defaults section. Those that are usual are in
/// the program from the start; a rare one comes in by a reload when it is first asked for, and stays.
/// </summary>
internal sealed record Profile(Balance Balance)
{
    public static readonly Profile Standard = new(Balance.RoundRobin);

    private static readonly Profile[] Plain = [.. Enum.GetValues<Balance>().Select(balance => new Profile(balance))];

    private static readonly CheckedResponse WellAnswered = new("GET", ["200-399"]);

    public bool HasCookie { get; init; }

    public Repetition Repetition { get; init; } = Repetition.Standard;

    public HttpReuse Reuse { get; init; } = HttpReuse.Safe;

    public bool AbortOnClose { get; init; }

    public CheckedResponse? Check { get; init; }

    public TimeSpan? CheckTimeout { get; init; }

    public Compression? Compression { get; init; }

    /// <summary>The profiles that every program has.</summary>
    public static IReadOnlyList<Profile> Usual { get; } =
    [
        .. from check in new[] { null, WellAnswered }
           from hasCookie in new[] { false, true }
           from profile in check is null ? Plain : Plain.Where(plain => plain.Balance is Balance.RoundRobin or Balance.LeastConnections)
           select profile with { HasCookie = hasCookie, Check = check },
    ];

    /// <summary>The profile that a policy needs.</summary>
    public static Profile Of(BackendPolicy policy) => new(policy.Balance)
    {
        HasCookie = policy.HasCookie,
        Repetition = policy.Repetition,
        Reuse = policy.Reuse,
        AbortOnClose = policy.AbortOnClose,
        Compression = policy.Compression,
        Check = policy.Check?.Http is { } check ? new CheckedResponse(check.Request.Method, check.Statuses) : null,
        CheckTimeout = policy.Check?.Timeout,
    };

    /// <summary>Whether it is none of the usual ones.</summary>
    public bool IsRare() => !Usual.Contains(this);

    public string Name()
    {
        var name = this == Standard ? Names.StandardProfile : $"{Algorithm()}{(HasCookie ? "-cookie" : "")}{(Check == WellAnswered ? "-check" : "")}";
        return IsRare() ? $"{name}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToString())))[..8]}" : name;
    }

    /// <summary>The section of the program.</summary>
    public Section Section(Layout layout) => new($"defaults {Name()}", $"""
        defaults {Name()} from base
        {string.Join('\n', Lines(layout).Select(line => $"  {line}"))}

        """)
    {
        Needs = Compression is null ? null : Filter.Compression,
    };

    /// <summary>The section with more lines: behind its own, but before the rules that end for plain routes.</summary>
    public static Section WithLines(Section section, IEnumerable<string> lines) =>
        section with { Text = section.Text.Replace($"  {RouteFeatures.PlainEnds}\n", $"{string.Concat(lines.Select(line => $"  {line}\n"))}  {RouteFeatures.PlainEnds}\n", StringComparison.Ordinal) };

    private IEnumerable<string> Lines(Layout layout) =>
    [
        $"balance {(Balance == Balance.Hash ? $"hash var({HashKeys.Variable})" : Algorithm())}",
        .. Balance == Balance.Hash ? ["hash-type consistent"] : Array.Empty<string>(),
        .. HasCookie ? [$"cookie {SessionCookies.Cookie} insert indirect nocache"] : Array.Empty<string>(),
        "option redispatch",
        .. AbortOnClose ? ["option abortonclose"] : Array.Empty<string>(),
        string.Create(CultureInfo.InvariantCulture, $"retries {Repetition.Retries}"),
        .. Repetition.Cases == Repetition.Standard.Cases ? Array.Empty<string>() : [$"retry-on {string.Join(' ', Repetition.Cases)}"],
        $"http-reuse {Reuse.ToString().ToLowerInvariant()}",
        .. Check?.Lines(layout) ?? [],
        .. CheckTimeout is { } time ? [$"timeout check {ConfigWriter.Time(time)}"] : Array.Empty<string>(),
        .. Compression is null ? Array.Empty<string>() :
        [
            "compression algo gzip",
            $"compression type {string.Join(' ', Compression.Types)}",
            string.Create(CultureInfo.InvariantCulture, $"compression minsize-res {Compression.Least}"),
        ],

        // These rules come before those that end the list for plain routes.
        .. Repetition.Cases == Repetition.Standard.Cases
            ? Array.Empty<string>()
            : ["http-request disable-l7-retry unless { method GET HEAD OPTIONS PUT DELETE TRACE }"],
        .. RouteFeatures.BackendRules(layout),
    ];

    private string Algorithm() => Balance switch
    {
        Balance.LeastConnections => "leastconn",
        Balance.First => "first",
        Balance.Random => "random",
        Balance.Hash => "hash",
        _ => "roundrobin",
    };
}

/// <summary>The part of a check by requests that is not data: its method, and the statuses of a pod that is well.</summary>
internal sealed record CheckedResponse(string Method, EquatableArray<string> Statuses)
{
    // The key of a check's data in its set.
    private const string Key = "check";

    /// <summary>The data of a check, which is not in the program: URI|HOST. The set's name ends the name of the backend.</summary>
    public static DataSet Data(HttpCheck check) => DataSet.Of(MapName.Checks, [(Key, $"{check.Request.Uri}|{check.Host}")]);

    /// <summary>The lines of a profile.</summary>
    public IEnumerable<string> Lines(Layout layout)
    {
        var data = $"be_name,field({Names.PartWithCheck},_),concat(:{Key}),map_str(opt@{layout.MapFile(MapName.Checks)})";
        return
        [
            "option httpchk",
            $"http-check send meth {Method} uri-lf \"%[{data},field(1,|)]\" ver HTTP/1.1 hdr Host \"%[{data},field(2,|)]\"",
            $"http-check expect status {string.Join(',', Statuses)}",
        ];
    }
}
