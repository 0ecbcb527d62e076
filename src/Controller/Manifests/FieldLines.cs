using System.Text;
using Sluice.Core.Values;

namespace Sluice.Controller.Manifests;

/// <summary>
/// Finds the lines of fields. An object in force knows only the line that it begins on; here the document of a finding
/// is parsed once more, so that nothing has to keep all lines for the few that are asked for.
/// </summary>
/// <param name="files">The content of the files that were read.</param>
internal sealed class FieldLines(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files)
{
    private readonly Dictionary<string, IReadOnlyList<ManifestDocument>> split = new(StringComparer.Ordinal);
    private readonly Dictionary<(string File, int Line), ParsedDocument?> parsed = [];

    /// <summary>The finding at the line of its field, or of the deepest part of its path that is there.</summary>
    public Finding Locate(Finding finding)
    {
        // What was wrong with the source itself is at its line already.
        if (finding.Location is not { } place || finding.Field.Length == 0 || finding.Code == FindingCode.InvalidObject
            || DocumentAt(place) is not { } document)
        {
            return finding;
        }

        var item = document.Objects.FirstOrDefault(item =>
            document.Line + item.Line == place.Line && item.Result is Decoded.Valid valid && valid.Ref == finding.Object);
        return item is null ? finding : finding with { Location = place with { Line = document.LineOf(item, finding.Field) } };
    }

    private ParsedDocument? DocumentAt(SourceLocation place)
    {
        var isJson = ManifestFile.IsJson(place.File);
        if (!split.TryGetValue(place.File, out var documents))
        {
            split[place.File] = documents = !files.TryGetValue(place.File, out var content) ? []
                : isJson ? [new ManifestDocument(content, 1)]
                : ManifestDocuments.Split(content);
        }

        var document = documents.LastOrDefault(document => document.Line <= place.Line);
        if (!parsed.TryGetValue((place.File, document.Line), out var known))
        {
            parsed[(place.File, document.Line)] = known = document.Line == 0 ? null : Parse(document, isJson);
        }

        return known;
    }

    private static ParsedDocument? Parse(ManifestDocument document, bool isJson)
    {
        var json = isJson ? new JsonText(document.Text, LineMap.Of(document.Text.Span)) : YamlTranscoder.Transcode(Encoding.UTF8.GetString(document.Text.Span));
        return json is null ? null : new ParsedDocument(document.Line, json, DocumentReader.Read(json).Objects);
    }

    private sealed record ParsedDocument(int Line, JsonText Json, IReadOnlyList<ReadObject> Objects)
    {
        public int LineOf(ReadObject item, string field)
        {
            var (start, length) = item.Place.GetOffsetAndLength(Json.Utf8.Length);
            var position = start + FieldPath.Locate(Json.Utf8.Span.Slice(start, length), field);
            return Line + Json.Lines.LineAt(position) - 1;
        }
    }
}
