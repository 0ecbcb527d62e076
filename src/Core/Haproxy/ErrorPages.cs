using Sluice.Core.Haproxy.Features;

namespace Sluice.Core.Haproxy;

/// <summary>The answers that HAProxy gives by itself: those of users, which are data, else our own, which tell the request's id, the one that the pod sees.</summary>
internal static class ErrorPages
{
    private static readonly (int Status, string Title, string Sentence)[] Own =
    [
        (400, "Bad Request", "This host or path cannot be served."),
        (401, "Unauthorized", "Credentials are needed that are valid here."),
        (403, "Forbidden", "This is not allowed from here."),
        (404, "Not Found", "No rule serves this host and path."),
        (405, "Method Not Allowed", "The method of the request is not allowed."),
        (408, "Request Timeout", "The request took too long to come."),
        (410, "Gone", "This is gone."),
        (413, "Content Too Large", "The body of the request is too large."),
        (429, "Too Many Requests", "There were too many requests."),
        (500, "Internal Server Error", "Something went wrong."),
        (501, "Not Implemented", "This cannot be done."),
        (502, "Bad Gateway", "The service gave no valid answer."),
        (503, "Service Unavailable", "The service cannot answer at the moment."),
        (504, "Gateway Timeout", "The service took too long to answer."),
    ];

    /// <summary>The lines of the program.</summary>
    public static IEnumerable<string> Lines(Layout layout) => Own.Select(page => $"http-error status {page.Status} {Answer(page.Status, $"{page.Status} {page.Title}", page.Sentence, layout)}");

    private static string Answer(int status, string title, string sentence, Layout layout)
    {
        var page = $"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><h1>{title}</h1><p>{sentence}<p>Request ";
        return $"content-type 'text/html; charset=utf-8' lf-string {ConfigWriter.Quote(ErrorReplies.Body(status, page, RouteFeatures.ErrorFlag, layout))}";
    }
}
