using System.Text;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Controller.Manifests;

/// <summary>An object in force, and the line of its file that it begins on.</summary>
public sealed record PlacedObject(ResourceRef Ref, Resource Resource, int Line);

/// <summary>
/// One manifest file as last read: its documents, the objects of it that are in force, and what is wrong with it. A
/// new reading takes over what did not change, and what was good where it is no longer.
/// </summary>
public sealed class ManifestFile
{
    /// <summary>Stands for an object that does not say what it is, until the name of the file is put there.</summary>
    internal static readonly ResourceRef Unnamed = new("File", default);

    private const int ParallelFrom = 64;

    private IReadOnlyList<(ManifestDocument Document, DocumentContent Content)> documents = [];

    /// <summary>False if a part of the file did not parse and there is no earlier version in which all of it did.</summary>
    private bool isWhole;

    private ManifestFile()
    {
    }

    public IReadOnlyList<PlacedObject> Objects { get; private init; } = [];

    public IReadOnlyList<Finding> Findings { get; private init; } = [];

    public int UnknownKinds { get; private init; }

    /// <summary>Reads the content of a file, given what it was before.</summary>
    /// <param name="name">The path below the folder, which names the file in findings.</param>
    /// <param name="path">The path as the user would type it.</param>
    /// <param name="content">The bytes of the file.</param>
    /// <param name="previous">The former reading of the same file.</param>
    public static ManifestFile Read(string name, string path, ReadOnlyMemory<byte> content, ManifestFile? previous)
    {
        var text = content.Span.StartsWith("\uFEFF"u8) ? content[3..] : content;
        if (FirstInvalidByte(text.Span) is var invalid and >= 0)
        {
            var line = 1 + text.Span[..invalid].Count((byte)'\n');
            return Unreadable(name, path, [new ParseProblem("It is not UTF-8 text.", line)], previous);
        }

        var isJson = IsJson(name);
        var parts = isJson ? [new ManifestDocument(text, 1)] : ManifestDocuments.Split(text);
        var read = ReadDocuments(parts, isJson, previous?.documents ?? []);
        var problems = read.Where(d => d.Content.Problem is not null)
            .Select(d => d.Content.Problem! with { Line = d.Document.Line + d.Content.Problem.Line }).ToList();
        return problems.Count > 0 && previous is { isWhole: true, Objects.Count: > 0 }
            ? Unreadable(name, path, problems, previous, read)
            : new Assembly(name, path, previous).Assemble(read, problems);
    }

    /// <summary>True if a file of this name is read as JSON.</summary>
    internal static bool IsJson(string name) => name.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    /// <summary>A file that could not be read: nothing is taken from it, nothing is lost.</summary>
    public static ManifestFile Unreadable(string name, string path, string reason, ManifestFile? previous) =>
        Unreadable(name, path, [new ParseProblem(reason, 1)], previous);

    private static ManifestFile Unreadable(
        string name, string path, IReadOnlyList<ParseProblem> problems, ManifestFile? previous,
        IReadOnlyList<(ManifestDocument, DocumentContent)>? read = null) => new()
        {
            documents = read ?? previous?.documents ?? [],
            isWhole = previous?.isWhole ?? false,
            Objects = previous?.Objects ?? [],
            UnknownKinds = previous?.UnknownKinds ?? 0,
            Findings = [.. problems.Select(p => UnreadableFile(name, path, p, previous?.Objects.Count ?? 0))],
        };

    private static Finding UnreadableFile(string name, string path, ParseProblem problem, int kept) =>
        new(new ResourceRef("File", new NamespacedName("", name)), "", FindingCode.UnreadableFile,
            $"{problem.Message} {(kept > 0 ? "The last good objects of the file stay in force." : "Nothing is taken from it.")}")
        {
            Location = new SourceLocation(path, problem.Line),
        };

    /// <summary>Reads documents; those whose text is as before are not parsed again, wherever they stand now.</summary>
    private static IReadOnlyList<(ManifestDocument Document, DocumentContent Content)> ReadDocuments(
        IReadOnlyList<ManifestDocument> parts, bool isJson, IReadOnlyList<(ManifestDocument Document, DocumentContent Content)> former)
    {
        var contents = new DocumentContent?[parts.Count];
        var (head, tail) = (0, 0);
        var shorter = Math.Min(parts.Count, former.Count);
        for (; head < shorter && SameText(parts[head], former[head].Document); head++)
        {
            contents[head] = former[head].Content;
        }

        for (; tail < shorter - head && SameText(parts[^(tail + 1)], former[^(tail + 1)].Document); tail++)
        {
            contents[^(tail + 1)] = former[^(tail + 1)].Content;
        }

        var moved = new Dictionary<ReadOnlyMemory<byte>, DocumentContent>(new TextComparer());
        foreach (var (document, content) in former.Skip(head).Take(former.Count - head - tail))
        {
            moved[document.Text] = content;
        }

        var fresh = Enumerable.Range(head, parts.Count - head - tail)
            .Where(i => !moved.TryGetValue(parts[i].Text, out contents[i])).ToList();
        Action<int> read = i => contents[i] = isJson
            ? DocumentReader.ReadJson(parts[i].Text)
            : DocumentReader.ReadYaml(parts[i].Text.Span);
        if (fresh.Count < ParallelFrom)
        {
            fresh.ForEach(read);
        }
        else
        {
            Parallel.ForEach(fresh, read);
        }

        return [.. parts.Select((document, i) => (document, contents[i]!))];
    }

    private static bool SameText(ManifestDocument left, ManifestDocument right) => left.Text.Span.SequenceEqual(right.Text.Span);

    private static int FirstInvalidByte(ReadOnlySpan<byte> text)
    {
        if (System.Text.Unicode.Utf8.IsValid(text))
        {
            return -1;
        }

        var position = 0;
        while (Rune.DecodeFromUtf8(text[position..], out _, out var used) == System.Buffers.OperationStatus.Done)
        {
            position += used;
        }

        return position;
    }

    private sealed class TextComparer : IEqualityComparer<ReadOnlyMemory<byte>>
    {
        public bool Equals(ReadOnlyMemory<byte> x, ReadOnlyMemory<byte> y) => x.Span.SequenceEqual(y.Span);

        public int GetHashCode(ReadOnlyMemory<byte> obj)
        {
            var hash = new HashCode();
            hash.AddBytes(obj.Span);
            return hash.ToHashCode();
        }
    }

    /// <summary>Puts the objects of the documents together, with the last good version where one is wrong now.</summary>
    private sealed class Assembly(string name, string path, ManifestFile? previous)
    {
        private readonly List<PlacedObject> objects = [];
        private readonly List<Finding> findings = [];
        private Dictionary<ResourceRef, PlacedObject>? lastGood;
        private int unknownKinds;

        public ManifestFile Assemble(
            IReadOnlyList<(ManifestDocument Document, DocumentContent Content)> read, IReadOnlyList<ParseProblem> problems)
        {
            foreach (var (document, content) in read)
            {
                foreach (var item in content.Objects)
                {
                    Add(item, document.Line);
                }
            }

            findings.AddRange(problems.Select(p => UnreadableFile(name, path, p, objects.Count)));
            return new ManifestFile
            {
                documents = read,
                isWhole = problems.Count == 0,
                Objects = objects,
                Findings = findings,
                UnknownKinds = unknownKinds,
            };
        }

        private void Add(ReadObject item, int documentLine)
        {
            switch (item.Result)
            {
                case Decoded.Valid valid:
                    objects.Add(new PlacedObject(valid.Ref, valid.Resource, documentLine + item.Line));
                    break;
                case Decoded.Unknown:
                    unknownKinds++;
                    break;
                case Decoded.Invalid invalid:
                    var good = LastGood(invalid.Object);
                    if (good is not null)
                    {
                        objects.Add(good with { Line = documentLine + item.Line });
                    }

                    findings.Add(InvalidObject(invalid, documentLine + item.ProblemLine, good is not null));
                    break;
            }
        }

        private PlacedObject? LastGood(ResourceRef reference)
        {
            if (lastGood is null)
            {
                lastGood = [];
                foreach (var former in previous?.Objects ?? [])
                {
                    lastGood[former.Ref] = former;
                }
            }

            return lastGood.GetValueOrDefault(reference);
        }

        private Finding InvalidObject(Decoded.Invalid invalid, int line, bool isKept) =>
            new(ReferenceEquals(invalid.Object, Unnamed) ? new ResourceRef("File", new NamespacedName("", name)) : invalid.Object,
                invalid.Field, FindingCode.InvalidObject,
                $"{invalid.Problem} {(isKept ? "The last good version of the object stays in force." : "The object is left out.")}")
            {
                Location = new SourceLocation(path, line),
            };
    }
}
