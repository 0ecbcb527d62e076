namespace Sluice.Core.Annotations;

/// <summary>Finds what somebody may have meant to write.</summary>
internal static class Spelling
{
    private const int MostEdits = 3;

    /// <summary>A hint to follow a complaint: the word that <paramref name="text"/> may be a slip of; empty if none is near.</summary>
    public static string Hint(string text, IReadOnlyCollection<string> words) => Nearest(text, words) is { } near ? $", did you mean {near}?" : "";

    // Of a short word, most of the letters have to be right; or it is the beginning of one word alone.
    private static string? Nearest(string text, IEnumerable<string> words) => text.Length > 1 && words.Where(word => word.StartsWith(text, StringComparison.OrdinalIgnoreCase)).ToList() is [var only] ? only : words
        .Select(word => (Word: word, Distance: Distance(text, word)))
        .Where(candidate => candidate.Distance <= MostEdits && candidate.Distance * 2 <= Math.Max(text.Length, candidate.Word.Length))
        .OrderBy(candidate => candidate.Distance)
        .Select(candidate => candidate.Word)
        .FirstOrDefault();

    // Levenshtein: the number of single-character edits between two words, whatever the case of their letters.
    private static int Distance(string left, string right)
    {
        if (Math.Abs(left.Length - right.Length) > MostEdits)
        {
            return int.MaxValue;
        }

        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var substituted = diagonal + (char.ToLowerInvariant(left[i - 1]) == char.ToLowerInvariant(right[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
