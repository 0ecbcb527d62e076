using System.Text.Json;
using System.Text.Unicode;
using Sluice.Core.Values;

namespace Sluice.Controller.Webhook;

/// <summary>What the API server asks: whether an object may become what it is about to become.</summary>
/// <param name="Uid">What the answer names it by.</param>
/// <param name="Kind">The object's kind.</param>
/// <param name="ApiVersion">The object's group and version.</param>
internal sealed record AdmissionRequest(string Uid, string Kind, string ApiVersion)
{
    private const string Version = "admission.k8s.io/v1";

    // Of a key that stands twice nobody knows which one counts.
    private static readonly JsonDocumentOptions Reading = new() { AllowDuplicateProperties = false };

    /// <summary>CREATE, UPDATE, DELETE or CONNECT.</summary>
    public string Operation { get; private init; } = "";

    /// <summary>The part of the object that is written, such as <c>status</c>; empty for the object itself.</summary>
    public string SubResource { get; private init; } = "";

    public JsonElement Object { get; private init; }

    /// <summary>The object as it is before an update.</summary>
    public JsonElement OldObject { get; private init; }

    /// <summary>The object's name, for people.</summary>
    public NamespacedName Name { get; private init; }

    /// <summary>Reads JSON, of which requests are then made.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    /// <exception cref="InvalidDataException">It is, with a text that is none.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> review)
    {
        RequireText(review.Span);
        return JsonDocument.Parse(review, Reading);
    }

    /// <summary>Reads a review, which the caller keeps as long as it needs the request.</summary>
    /// <exception cref="InvalidDataException">It is none that can be answered; the message says why.</exception>
    public static AdmissionRequest Read(JsonElement review)
    {
        var (kind, version) = (review.Member("kind").Text(), review.Member("apiVersion").Text());
        if (kind != "AdmissionReview" || version != Version)
        {
            throw new InvalidDataException($"expected an AdmissionReview of {Version}, found {kind ?? "nothing"} of {version ?? "nothing"}");
        }

        var request = review.Member("request");
        if (request.Member("uid").Text() is not { Length: > 0 } uid)
        {
            throw new InvalidDataException("expected an AdmissionReview with a request and its uid, found none");
        }

        var type = request.Member("kind");
        var (group, groupVersion) = (type.Member("group").Text() ?? "", type.Member("version").Text() ?? "");
        return new AdmissionRequest(uid, type.Member("kind").Text() ?? "", group.Length > 0 ? $"{group}/{groupVersion}" : groupVersion)
        {
            Operation = request.Member("operation").Text() ?? "",
            SubResource = request.Member("subResource").Text() ?? "",
            Object = request.Member("object"),
            OldObject = request.Member("oldObject"),
            Name = new NamespacedName(request.Member("namespace").Text() ?? "", request.Member("name").Text() ?? ""),
        };
    }

    // .NET looks at what is within a text only when that is read, and then it is too late for a good answer.
    private static void RequireText(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
        {
            throw new InvalidDataException("expected UTF-8, found something else");
        }

        var reader = new Utf8JsonReader(json);
        try
        {
            while (reader.Read())
            {
                _ = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped ? reader.GetString() : null;
            }
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidDataException("a text holds half of a Unicode character", e);
        }
    }
}
