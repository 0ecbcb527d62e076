using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Translation.ConfigMaps;

/// <summary>Pages for errors in a ConfigMap, and what is wrong with those that are left out.</summary>
internal sealed partial record PagesReading(SharedList<ErrorPage> Pages, EquatableArray<string> Problems)
{
    private static readonly (string Suffix, string ContentType)[] Kinds = [("", ""), (".html", ""), (".json", "application/json"), (".txt", "text/plain; charset=utf-8")];

    public static PagesReading Of(IEnumerable<KeyValuePair<string, string>> entries)
    {
        var (pages, problems) = (new Dictionary<int, (string Key, ErrorPage Page)>(), new List<string>());
        foreach (var (key, text) in entries)
        {
            if (Read(key, text, out var page) is { Length: > 0 } problem)
            {
                problems.Add($"key {key}: {problem}");
            }
            else if (!pages.TryAdd(page!.Status, (key, page)))
            {
                problems.Add($"key {key}: key {pages[page.Status].Key} is for this status, too, and is used");
            }
        }

        return new PagesReading(
            new SharedList<ErrorPage>(pages.Values.Select(entry => entry.Page).OrderBy(page => page.Status).ToEquatableArray()), problems.ToEquatableArray());
    }

    // Returns what is wrong.
    private static string Read(string key, string text, out ErrorPage? page)
    {
        page = null;
        var name = Array.FindIndex(Kinds, kind => key.Length == 3 + kind.Suffix.Length && key.EndsWith(kind.Suffix, StringComparison.Ordinal));
        if (name < 0 || !int.TryParse(key.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status) || !ErrorPage.Statuses.Contains(status))
        {
            return $"expected one of {string.Join(", ", ErrorPage.Statuses)}, perhaps with .html, .json or .txt behind it";
        }

        var (type, body) = text.StartsWith("HTTP/", StringComparison.Ordinal) ? Response(text) : (Kinds[name].ContentType, text);
        page = new ErrorPage(status, type, body);
        return Encoding.UTF8.GetByteCount(body) switch
        {
            0 => "expected a page, which is not empty",
            > ErrorPage.LargestBody and var size => $"the page has {size} bytes, expected {ErrorPage.LargestBody} at most, which is what fits in a buffer of HAProxy",
            _ => "",
        };
    }

    // A whole response, as HAProxy's errorfile has it (configuration manual, section 4.2, "errorfile").
    private static (string ContentType, string Body) Response(string text)
    {
        var end = EndOfHeaders().Match(text);
        var head = end.Success ? text[..end.Index] : text;
        var type = ContentTypeLine().Match(head).Groups["type"].Value;
        return (ContentType().IsMatch(type) ? type : "", end.Success ? text[(end.Index + end.Length)..] : "");
    }

    [GeneratedRegex(@"\r?\n\r?\n", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex EndOfHeaders();

    [GeneratedRegex(@"^content-type:[ \t]*(?<type>[^\r\n]*[^\r\n \t])", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.Multiline, 1_000)]
    private static partial Regex ContentTypeLine();

    [GeneratedRegex(@"\A[A-Za-z0-9!#$&^_.+-]{1,64}/[A-Za-z0-9!#$&^_.+-]{1,64}( *; *[A-Za-z0-9-]{1,32}=[A-Za-z0-9._-]{1,32})?\z", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex ContentType();
}
