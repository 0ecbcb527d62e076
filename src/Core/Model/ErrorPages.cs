using Sluice.Core.Values;

namespace Sluice.Core.Model;

/// <summary>A page for answers with a status.</summary>
/// <param name="Status">The status.</param>
/// <param name="ContentType">What the body is, printable ASCII characters without ','; empty for HTML.</param>
/// <param name="Body">The body.</param>
public sealed record ErrorPage(int Status, string ContentType, string Body)
{
    /// <summary>How many bytes a page may have: in base64 it is a word of a command, and with its headers it fills a buffer.</summary>
    public const int LargestBody = 12_000;

    /// <summary>The statuses that there can be a page for.</summary>
    public static IReadOnlyList<int> Statuses { get; } = [400, 401, 403, 404, 405, 408, 410, 413, 429, 500, 501, 502, 503, 504];
}

/// <summary>What errors of a route look like.</summary>
/// <param name="Pages">Its pages; null for those that hold for all.</param>
/// <param name="Intercepted">The statuses of pods whose answers are replaced; there is a page for each.</param>
public sealed record ErrorAnswers(SharedList<ErrorPage>? Pages, EquatableArray<int> Intercepted);
