using System.Globalization;
using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>
/// Requests that are refused with a status that is data. HAProxy wants to know each status in its program, and a rule for each
/// would be in the way of all requests: so those that are refused go to a backend that has nothing but these rules.
/// </summary>
internal static class Refusals
{
    private const string Status = "txn.refusal";

    // Asked first.
    private static readonly int[] Usual = [429, 403, 503, 404];

    /// <summary>The rules that refuse where a condition holds, which does not change by them.</summary>
    /// <param name="status">An expression for the status; where it finds none, it is 503.</param>
    /// <param name="condition">When.</param>
    public static IEnumerable<string> Rules(string status, string condition) =>
    [
        $"http-request set-var({Status}) {status} if {condition}",
        $"http-request set-var(txn.route) str({Names.Refused}) if {condition}",
        $"http-request allow if {condition}",
    ];

    /// <summary>The backend.</summary>
    public static string Section() => $"""
        backend {Names.Refused} from base
        {string.Join('\n', Usual.Union(Enumerable.Range(400, 200)).Select(Rule))}
          http-request return status 503 default-errorfiles

        """;

    private static string Rule(int status)
    {
        var text = status.ToString(CultureInfo.InvariantCulture);
        var answer = ErrorPage.Statuses.Contains(status) ? "default-errorfiles" : $"content-type text/plain lf-string \"{text}\\nRequest %[unique-id]\\n\"";
        return $"  http-request return status {text} {answer} if {{ var({Status}) -m str {text} }}";
    }
}
