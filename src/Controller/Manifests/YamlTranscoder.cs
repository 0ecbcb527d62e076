using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Sluice.Controller.Manifests;

/// <summary>Turns one YAML document into JSON and remembers which line each part of it came from.</summary>
public sealed class YamlTranscoder : IDisposable
{
    private const int MaxDepth = 60;

    /// <summary>How many nodes a document may have beyond those it spells out: aliases multiply.</summary>
    private const int MaxNodesByAlias = 100_000;

    private readonly List<ParsingEvent> events = [];
    private readonly Dictionary<int, int> aliasTargets = [];
    private readonly ArrayBufferWriter<byte> buffer = new(1024);
    private readonly LineMap lines = new();
    private readonly Utf8JsonWriter json;
    private int nodes;

    private YamlTranscoder() => json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The document as JSON; null if it is empty.</summary>
    /// <exception cref="YamlException">The text is not one YAML document.</exception>
    public static JsonText? Transcode(string yaml)
    {
        using var transcoder = new YamlTranscoder();
        transcoder.Collect(yaml);
        if (transcoder.events.Count == 0)
        {
            return null;
        }

        transcoder.WriteNode(0, 0);
        transcoder.json.Flush();
        return new JsonText(transcoder.buffer.WrittenMemory, transcoder.lines);
    }

    public void Dispose() => json.Dispose();

    private int Written => (int)(json.BytesCommitted + json.BytesPending);

    /// <summary>
    /// Reads all events. The parser has its own ways to fail: on some broken texts it throws other exceptions than its
    /// own, and for tabs it names the beginning of the mapping instead of the line.
    /// </summary>
    private void Collect(string yaml)
    {
        var scanner = new Scanner(new StringReader(yaml));
        try
        {
            Collect(new Parser(scanner));
        }
        catch (Exception failure) when (failure is InvalidOperationException or ArgumentException)
        {
            var place = scanner.CurrentPosition;
            throw new YamlException(in place, in place, "this is not YAML; perhaps a bracket or a quote is not closed", failure);
        }
        catch (SyntaxErrorException failure) when (failure.Message.Contains(" tab ", StringComparison.Ordinal))
        {
            var place = scanner.CurrentPosition;
            throw new YamlException(in place, in place, failure.Message, failure);
        }
    }

    private void Collect(Parser parser)
    {
        var anchors = new Dictionary<AnchorName, int>();
        var documents = 0;
        var depth = 0;
        while (parser.MoveNext())
        {
            // At once: the parser slows down with the depth.
            depth += parser.Current!.NestingIncrease;
            if (depth > MaxDepth + 2)
            {
                throw Failure(parser.Current, $"this is nested deeper than {MaxDepth} levels");
            }

            switch (parser.Current)
            {
                case DocumentStart when ++documents > 1:
                    throw Failure(parser.Current, "a second document begins here without a line of its own that says \"---\"");
                case AnchorAlias alias:
                    aliasTargets[events.Count] = anchors.TryGetValue(alias.Value, out var target)
                        ? target
                        : throw Failure(alias, $"the alias *{alias.Value} has no anchor above it");
                    events.Add(alias);
                    break;
                case NodeEvent node:
                    if (!node.Anchor.IsEmpty)
                    {
                        anchors[node.Anchor] = events.Count;
                    }

                    events.Add(node);
                    break;
                case MappingEnd or SequenceEnd:
                    events.Add(parser.Current);
                    break;
            }
        }
    }

    /// <summary>Writes the node that begins at an index and returns the index behind it.</summary>
    private int WriteNode(int index, int depth)
    {
        var current = events[index];
        if (depth > MaxDepth)
        {
            throw Failure(current, $"this is nested deeper than {MaxDepth} levels");
        }

        if (++nodes > events.Count + MaxNodesByAlias)
        {
            throw Failure(current, $"aliases make the document larger than {MaxNodesByAlias} more nodes");
        }

        lines.Add(Written, LineOf(current));
        switch (current)
        {
            case AnchorAlias:
                WriteNode(aliasTargets[index], depth + 1);
                return index + 1;
            case Scalar scalar:
                YamlScalars.Write(json, scalar);
                return index + 1;
            case SequenceStart:
                return WriteSequence(index + 1, depth);
            default:
                json.WriteStartObject();
                var end = WritePairs(index + 1, [], depth);
                json.WriteEndObject();
                return end;
        }
    }

    private int WriteSequence(int index, int depth)
    {
        json.WriteStartArray();
        while (events[index] is not SequenceEnd)
        {
            index = WriteNode(index, depth + 1);
        }

        json.WriteEndArray();
        return index + 1;
    }

    /// <summary>
    /// Writes the pairs of a mapping, then those of the mappings merged into it by "&lt;&lt;" that it does not have.
    /// A key that stands twice is written twice: whoever reads the object says so.
    /// </summary>
    private int WritePairs(int index, HashSet<string> keys, int depth, bool merged = false)
    {
        var merges = new List<int>();
        var known = merged ? new HashSet<string>(keys, StringComparer.Ordinal) : [];
        while (events[index] is not MappingEnd)
        {
            var key = events[Resolve(index)] as Scalar ?? throw Failure(events[index], "a key must be a scalar");
            if (events[index + 1] is MappingEnd)
            {
                throw Failure(key, "a key or a value is missing");
            }

            if (key is { Value: "<<", Style: ScalarStyle.Plain })
            {
                merges.Add(index + 1);
                index = Skip(index + 1);
                continue;
            }

            keys.Add(key.Value);
            if (known.Contains(key.Value))
            {
                index = Skip(index + 1);
                continue;
            }

            lines.Add(Written, LineOf(events[index]));
            json.WritePropertyName(key.Value);
            index = WriteNode(index + 1, depth + 1);
        }

        foreach (var merge in merges)
        {
            Merge(Resolve(merge), keys, depth + 1);
        }

        return index + 1;
    }

    private void Merge(int index, HashSet<string> keys, int depth)
    {
        if (depth > MaxDepth || ++nodes > events.Count + MaxNodesByAlias)
        {
            throw Failure(events[index], "merge keys make the document too large");
        }

        switch (events[index])
        {
            case MappingStart:
                WritePairs(index + 1, keys, depth, merged: true);
                break;
            case SequenceStart:
                for (index++; events[index] is not SequenceEnd; index = Skip(index))
                {
                    Merge(Resolve(index), keys, depth + 1);
                }

                break;
            default:
                throw Failure(events[index], "\"<<\" merges a mapping or a list of mappings");
        }
    }

    private int Resolve(int index) => aliasTargets.TryGetValue(index, out var target) ? target : index;

    private int Skip(int index)
    {
        var depth = 0;
        do
        {
            depth += events[index++] switch { MappingStart or SequenceStart => 1, MappingEnd or SequenceEnd => -1, _ => 0 };
        }
        while (depth > 0);
        return index;
    }

    private static int LineOf(ParsingEvent current) => (int)current.Start.Line;

    private static YamlException Failure(ParsingEvent current, string message)
    {
        var (start, end) = (current.Start, current.End);
        return new YamlException(in start, in end, message);
    }
}
