using Sluice.Core.Values;

namespace Sluice.Core.Translation.ConfigMaps;

/// <summary>A list of addresses in a ConfigMap: a block in each line, comments after '#'.</summary>
/// <param name="Blocks">The blocks; null if a line cannot be read.</param>
/// <param name="Problem">What is wrong with the first line that cannot be read; empty if there is none.</param>
internal sealed record AddressReading(SharedList<Cidr>? Blocks, string Problem)
{
    private const int LongestShown = 40;

    public static AddressReading Of(IEnumerable<KeyValuePair<string, string>> entries)
    {
        var (blocks, problem, more) = (new List<Cidr>(), "", 0);
        foreach (var (key, text) in entries)
        {
            var number = 0;
            foreach (var line in text.AsSpan().EnumerateLines())
            {
                number++;
                var item = line.IndexOf('#') is var comment and >= 0 ? line[..comment].Trim() : line.Trim();
                if (item.IsEmpty)
                {
                    continue;
                }

                if (Cidr.TryParse(item.ToString(), out var block))
                {
                    blocks.Add(block);
                }
                else if (problem.Length == 0)
                {
                    problem = $"key {key}, line {number}: '{Shown(item)}' is no address or block such as 10.0.0.0/8";
                }
                else
                {
                    more++;
                }
            }
        }

        return problem.Length > 0
            ? new AddressReading(null, $"{problem}{(more > 0 ? $" (and {more} more)" : "")}")
            : new AddressReading(new SharedList<Cidr>(blocks.ToEquatableArray()), "");
    }

    private static string Shown(ReadOnlySpan<char> text) => text.Length > LongestShown ? $"{text[..LongestShown]}…" : text.ToString();
}
