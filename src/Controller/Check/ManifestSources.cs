using Sluice.Controller.Manifests;

namespace Sluice.Controller.Check;

/// <summary>Files, folders and standard input, read together as if they were one folder that is served.</summary>
internal sealed class ManifestSources
{
    private const string StandardInput = "-";
    private const string StandardInputName = "stdin";

    private readonly Dictionary<string, ReadOnlyMemory<byte>> contents = new(StringComparer.Ordinal);

    private ManifestSources()
    {
    }

    public ManifestFolder Folder { get; } = new("");

    /// <summary>What the files hold, by the names that findings give them.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Contents => contents;

    /// <summary>Reads all files that the paths name, each once.</summary>
    /// <exception cref="IOException">A path cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A path must not be read.</exception>
    public static ManifestSources Read(IReadOnlyList<string> paths, Stream standardInput)
    {
        var sources = new ManifestSources();
        var files = paths.SelectMany(sources.Expand).DistinctBy(source => source.IsStandardInput ? StandardInput : Path.GetFullPath(source.Name)).ToList();
        foreach (var reading in files.AsParallel().AsOrdered().Select(source => sources.Read(source, standardInput)).ToList())
        {
            sources.Put(reading);
        }

        return sources;
    }

    /// <summary>Adds the content of a file whose objects do not count, so that lines can be found in it. Returns its objects.</summary>
    public IReadOnlyList<PlacedObject> Consult(string file)
    {
        var content = File.ReadAllBytes(file);
        contents[file] = WithoutMark(content);
        return ManifestFile.Read(file, file, content, previous: null).Objects;
    }

    private IEnumerable<Source> Expand(string path)
    {
        if (path == StandardInput)
        {
            return [new Source(StandardInputName) { IsStandardInput = true }];
        }

        if (!Directory.Exists(path))
        {
            return File.Exists(path) ? [new Source(path)] : throw new FileNotFoundException($"{path}: there is no such file or folder.");
        }

        var tree = FolderTree.Scan(Path.GetFullPath(path));
        if (tree.Unreadable.TryGetValue("", out var reason))
        {
            throw new IOException($"{path}: {reason}");
        }

        foreach (var (folder, problem) in tree.Unreadable)
        {
            var name = NameOf(path, folder);
            Folder.Put(name, Folder.Unreadable(name, problem));
        }

        // In order, so that of two links to one file the same one counts each time.
        return tree.Files.Keys.Order(StringComparer.Ordinal).Select(file => new Source(NameOf(path, file)) { IsFound = true });
    }

    private Reading Read(Source source, Stream standardInput)
    {
        try
        {
            var content = source.IsStandardInput ? ReadToEnd(standardInput) : File.ReadAllBytes(source.Name);
            return new Reading(source, content, Folder.Parse(source.Name, content), Failure: null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Reading(source, [], Folder.Unreadable(source.Name, $"The file cannot be read: {e.Message}"), e);
        }
    }

    private static byte[] ReadToEnd(Stream input)
    {
        using var content = new MemoryStream();
        input.CopyTo(content);
        return content.ToArray();
    }

    // What was found in a folder and cannot be read is a finding, as where the folder is served; what was named must be there.
    private void Put(Reading reading)
    {
        if (reading.Failure is { } failure && !reading.Source.IsFound)
        {
            throw new IOException($"{reading.Source.Name}: {failure.Message}", failure);
        }

        contents[reading.Source.Name] = WithoutMark(reading.Content);
        Folder.Put(reading.Source.Name, reading.Parsed);
    }

    private static ReadOnlyMemory<byte> WithoutMark(byte[] content) => content.AsSpan().StartsWith("\uFEFF"u8) ? content.AsMemory(3) : content;

    // In the folder one is in, nobody (and no annotation on a pull request) calls a file ./NAME.
    private static string NameOf(string folder, string file) =>
        Path.Join(folder, file) is var name && name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;

    private sealed record Source(string Name)
    {
        /// <summary>It was found in a folder, and not named.</summary>
        public bool IsFound { get; init; }

        public bool IsStandardInput { get; init; }
    }

    private sealed record Reading(Source Source, byte[] Content, ManifestFile Parsed, Exception? Failure);
}
