using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Sluice.Controller.Cluster;

namespace Sluice.Unit.Cluster;

/// <summary>A request as the server understood it.</summary>
internal sealed record FakeRequest(ApiKind Kind, string Namespace, string Verb)
{
    public string Url { get; init; } = "";

    public string Protocol { get; init; } = "";

    public string Host { get; init; } = "";

    public string Authorization { get; init; } = "";

    /// <summary>The name in the client's certificate.</summary>
    public string Client { get; init; } = "";

    public string Fields { get; init; } = "";

    public string Labels { get; init; } = "";

    public string Continue { get; init; } = "";

    public int Limit { get; init; }

    public string Version { get; init; } = "";

    public bool SendsInitialEvents { get; init; }

    public bool AllowsBookmarks { get; init; }

    public int TimeoutSeconds { get; init; }

    /// <summary>A watch that goes on where another ended.</summary>
    public bool IsResumed => Verb == "watch" && Version.Length > 0;

    /// <summary>Either way to ask for all that there is.</summary>
    public bool IsList => (Verb == "list" && Continue.Length == 0) || SendsInitialEvents;

    public bool Takes(FakeObject item) =>
        item.Kind == Kind && (Namespace.Length == 0 || Namespace == item.Namespace) && item.IsSelected(Fields, Labels);

    /// <summary>Reads it; null if there is no such path.</summary>
    public static FakeRequest? Read(HttpContext context, string prefix)
    {
        var path = context.Request.Path.Value!;
        if (!path.StartsWith(prefix, StringComparison.Ordinal))
        {
            return null;
        }

        path = path[prefix.Length..];
        var parts = path.Split("/namespaces/");
        var scope = parts.Length == 2 ? parts[1].Split('/')[0] : "";
        var kind = Array.Find(FakeObject.Kinds, kind => kind.Path(scope) == path);
        var query = context.Request.Query;
        return kind is null ? null : new FakeRequest(kind, scope, query["watch"] == "true" ? "watch" : "list")
        {
            Url = context.Request.GetEncodedPathAndQuery(),
            Protocol = context.Request.Protocol,
            Host = context.Request.Host.Value ?? "",
            Authorization = context.Request.Headers.Authorization.ToString(),
            Client = context.Connection.ClientCertificate?.Subject ?? "",
            Fields = query["fieldSelector"].ToString(),
            Labels = query["labelSelector"].ToString(),
            Continue = query["continue"].ToString(),
            Limit = int.TryParse(query["limit"], CultureInfo.InvariantCulture, out var limit) ? limit : 0,
            Version = query["resourceVersion"].ToString(),
            SendsInitialEvents = query["sendInitialEvents"] == "true",
            AllowsBookmarks = query["allowWatchBookmarks"] == "true",
            TimeoutSeconds = int.TryParse(query["timeoutSeconds"], CultureInfo.InvariantCulture, out var seconds) ? seconds : 600,
        };
    }
}
