using System.Text;
using System.Text.Json;
using Sluice.Core.Values;

namespace Sluice.Core.Credentials;

/// <summary>Claims of a token as values of headers.</summary>
public static class ClaimText
{
    // HAProxy keeps 2 kB free for what is added to a request.
    private const int Most = 1536;

    /// <summary>
    /// The headers that claims become, one byte a character (UTF-8 as Latin-1); claims that there are not, or that are empty, become none. Null where one
    /// cannot be told in a header without doubt.
    /// </summary>
    public static IReadOnlyList<(string Name, string Value)>? Of(JsonElement token, IEnumerable<ClaimHeader> wanted)
    {
        var headers = new List<(string Name, string Value)>();
        foreach (var (claim, header) in wanted)
        {
            if (!token.TryGetProperty(claim, out var value) || value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            if (Text(value) is not { } text)
            {
                return null;
            }

            if (text.Length > 0)
            {
                headers.Add((header, Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text))));
            }
        }

        return headers.Sum(header => header.Name.Length + header.Value.Length) <= Most ? headers : null;
    }

    // Of a list, no element may look like two.
    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.Array
        ? value.EnumerateArray().Select(Single).ToList() is var all && all.TrueForAll(text => text?.Contains(',', StringComparison.Ordinal) == false) ? string.Join(',', all) : null
        : Single(value);

    private static string? Single(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() is { } text && !text.Any(char.IsControl) && text.Trim().Length == text.Length ? text : null,
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => null,
    };
}
