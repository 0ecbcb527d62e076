using System.Text;
using System.Text.Json;
using YamlDotNet.Core;

namespace Sluice.Controller.Manifests;

/// <summary>One object of a document, and the line it begins on, counted from the first line of the document as 0.</summary>
public sealed record ReadObject(Decoded Result, int Line, int ProblemLine)
{
    /// <summary>Where it stands in the document's JSON.</summary>
    public Range Place { get; init; }
}

/// <summary>Why a document does not parse.</summary>
public sealed record ParseProblem(string Message, int Line);

/// <summary>What was read from one document. It does not depend on where the document stands, so it can be used again.</summary>
public sealed record DocumentContent(IReadOnlyList<ReadObject> Objects, ParseProblem? Problem)
{
    public static DocumentContent Empty { get; } = new([], null);
}

/// <summary>Reads the text of one document: from YAML or JSON to the objects in it.</summary>
public static class DocumentReader
{
    private const int MaxListDepth = 8;

    public static DocumentContent ReadYaml(ReadOnlySpan<byte> text)
    {
        try
        {
            return YamlTranscoder.Transcode(Encoding.UTF8.GetString(text)) is { } json ? Read(json) : DocumentContent.Empty;
        }
        catch (YamlException failure)
        {
            return new DocumentContent([], new ParseProblem(Sentence(failure.Message), Math.Max(0, (int)failure.Start.Line - 1)));
        }
    }

    public static DocumentContent ReadJson(ReadOnlyMemory<byte> text)
    {
        var json = new JsonText(text, LineMap.Of(text.Span));
        try
        {
            return Read(json);
        }
        catch (InvalidOperationException)
        {
            return new DocumentContent([], new ParseProblem("A text holds half of a Unicode character.", LineOfHalfCharacter(json)));
        }
        catch (JsonException failure)
        {
            var message = failure.Message.Split(" LineNumber:", 2)[0];
            return new DocumentContent([], new ParseProblem(Sentence(message), (int)(failure.LineNumber ?? 0)));
        }
    }

    /// <summary>The line (from 0) of the first text with half of a surrogate pair, which JSON can spell and .NET cannot read.</summary>
    private static int LineOfHalfCharacter(JsonText json)
    {
        var reader = new Utf8JsonReader(json.Utf8.Span);
        try
        {
            while (reader.Read())
            {
                _ = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? reader.GetString() : null;
            }
        }
        catch (Exception failure) when (failure is InvalidOperationException or JsonException)
        {
            return json.Lines.LineAt((int)reader.BytesConsumed) - 1;
        }

        return 0;
    }

    internal static DocumentContent Read(JsonText json)
    {
        var objects = new List<ReadObject>();
        AddObject(objects, json, .., new ObjectHeader(null, null, null, null, null, null), 0);
        return new DocumentContent(objects, null);
    }

    /// <summary>Adds an object, or the items of a list of them. What an item does not say of itself, its list says.</summary>
    private static void AddObject(List<ReadObject> objects, JsonText json, Range range, ObjectHeader fallback, int depth)
    {
        var span = json.Utf8.Span[range];
        var header = ObjectHeader.Read(span);
        var (kind, version) = (header?.Kind ?? fallback.Kind, header?.ApiVersion ?? fallback.ApiVersion);
        var start = range.GetOffsetAndLength(json.Utf8.Length).Offset;
        if (kind?.EndsWith("List", StringComparison.Ordinal) == true && header?.Items is { } items && depth < MaxListDepth)
        {
            var inner = new ObjectHeader(kind == "List" ? null : kind[..^4], kind == "List" ? null : version, null, null, null, null);
            foreach (var item in items)
            {
                var (offset, length) = item.GetOffsetAndLength(span.Length);
                AddObject(objects, json, (start + offset)..(start + offset + length), inner, depth + 1);
            }

            return;
        }

        // "---" at the end of a file, or comments alone: nothing, and nothing to complain about.
        if (header is null && depth == 0 && span.SequenceEqual("null"u8))
        {
            return;
        }

        var result = header is null ? Missing("", "a Kubernetes object")
            : header.IsAmbiguous ? ResourceDecoder.Invalid(kind ?? "", span, "kind", "Expected each key once, found one that stands twice.", 0)
            : kind is null ? Missing("kind", "the kind of a Kubernetes object")
            : version is null && ResourceDecoder.VersionOf(kind) is { } expected
                ? ResourceDecoder.Invalid(kind, span, "apiVersion", ObjectFailure.Sentence(expected, "nothing"), 0)
            : ResourceDecoder.Decode(kind, version ?? "", span);
        var line = json.Lines.LineAt(start + 1) - 1;
        var problemLine = result is Decoded.Invalid invalid ? json.Lines.LineAt(start + Math.Max(1, invalid.Position)) - 1 : line;
        objects.Add(new ReadObject(result, line, problemLine) { Place = range });
    }

    /// <summary>What does not say what it is has no name of its own; the file gives it one.</summary>
    private static Decoded.Invalid Missing(string field, string expected) =>
        new(ManifestFile.Unnamed, field, ObjectFailure.Sentence(expected, field.Length == 0 ? "something else" : "none"), 0);

    private static string Sentence(string message)
    {
        var text = message.Trim().TrimEnd('.');
        return text.Length == 0 ? "It cannot be parsed." : $"{char.ToUpperInvariant(text[0])}{text[1..]}.";
    }
}
