namespace Sluice.Core.Haproxy.Features;

/// <summary>
/// Numbers that are no chance but a sequence that fills a range evenly, and so does each part of it that is taken at equal
/// distances: shares of it are exact after few requests, also where several routes draw in turn.
/// </summary>
internal static class EvenDraw
{
    /// <summary>Below this each number is.</summary>
    public const long All = 1_000_000_000;

    // All times the golden ratio: of all steps the one that fills the range most evenly.
    private const long Step = 618_033_989;

    /// <summary>The line of the program that it begins with.</summary>
    public static string Beginning(string name) => $"set-var proc.{name} int(0)";

    /// <summary>The rules that draw a number, into a variable of the request with this name.</summary>
    public static IEnumerable<string> Rules(string name, string condition) =>
    [
        $"http-request set-var(txn.{name}) var(proc.{name}),add({Step}),mod({All}) if {condition}",
        $"http-request set-var(proc.{name}) var(txn.{name}) if {condition}",
    ];
}
