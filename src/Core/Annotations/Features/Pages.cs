using System.Globalization;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Annotations.Features;

/// <summary>Pages for errors.</summary>
public static class Pages
{
    public static readonly Setting<ConfigMapPart?> ErrorPages = new(
        "error-pages", Scopes.Global | Scopes.Ingress, ConfigMapKinds.Name, Fallback: null,
        "The ConfigMap with the pages for requests that no pod answers: those that no rule matches, that are refused, or whose pods cannot be reached. Its keys are "
        + "statuses, with .html (the default), .json or .txt behind them, such as 404.json; a value that begins with HTTP/ is a whole response, of which Content-Type "
        + "and body are used. A page is a constant of at most 12000 bytes. Status and other headers stay as they are; an answer without a page here has our own. "
        + "Requests that no rule matches, or whose path or host is refused before, get the pages that the ConfigMap of the controller names. A change is live at once. What cannot be "
        + "read as a request at all, or comes too late to be one, is answered without these pages.",
        "error-pages");

    public static readonly Setting<EquatableArray<int>> Intercept = new Setting<EquatableArray<int>>(
        "error-pages-intercept", Scopes.Global | Scopes.Ingress,
        new ValueKind<EquatableArray<int>>(
            $"some of {string.Join(", ", ErrorPage.Statuses)}, separated by commas",
            (string text, out EquatableArray<int> value) =>
            {
                var words = text.Split(',', StringSplitOptions.TrimEntries);
                value = ErrorPage.Statuses.Where(status => words.Contains(Text(status))).ToEquatableArray();
                return words.All(word => ErrorPage.Statuses.Any(status => Text(status) == word));
            },
            value => string.Join(',', value.Select(Text))),
        Fallback: [],
        "The statuses of answers of pods that are replaced by the pages of error-pages. Of the pod's headers, WWW-Authenticate and Retry-After stay.", "404,500")
    { Needs = [ErrorPages] };

    private static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);
}
