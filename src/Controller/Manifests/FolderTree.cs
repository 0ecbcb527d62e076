namespace Sluice.Controller.Manifests;

/// <summary>
/// The folder of manifests as it was found on disk, links followed: its files, its folders, and the links on the way.
/// A folder that several links lead to is taken once, which also ends loops.
/// </summary>
internal sealed class FolderTree
{
    private readonly LinkTrail trail = new();
    private readonly Queue<(string RealPath, string Relative)> linked = new();

    private FolderTree()
    {
    }

    /// <summary>The real path of the folder; null if it is not there.</summary>
    public string? Root { get; private set; }

    /// <summary>The stamps of the manifest files, by their path below the folder.</summary>
    public Dictionary<string, FileStamp> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>The folders: real path to the path below the folder, which is empty or ends in '/'.</summary>
    public Dictionary<string, string> Folders { get; } = new(StringComparer.Ordinal);

    /// <summary>The files that links lead to: real path to the paths below the folder.</summary>
    public Dictionary<string, List<string>> LinkedFiles { get; } = new(StringComparer.Ordinal);

    /// <summary>Why a folder (by its path below the folder) cannot be listed.</summary>
    public Dictionary<string, string> Unreadable { get; } = new(StringComparer.Ordinal);

    /// <summary>Where the links stand, and the folder itself.</summary>
    public IReadOnlySet<string> Links => trail.Links;

    public static FolderTree Scan(string folder)
    {
        var tree = new FolderTree();
        var root = tree.trail.Resolve(folder);
        if (tree.trail.Resolve(Path.GetDirectoryName(folder) ?? "/") is { } parent)
        {
            tree.trail.Links.Add(Path.Join(parent, Path.GetFileName(folder)));
        }

        if (root is null || !Directory.Exists(root))
        {
            return tree;
        }

        tree.Root = root;
        tree.linked.Enqueue((root, ""));
        while (tree.linked.TryDequeue(out var next))
        {
            tree.Walk(next.RealPath, next.Relative);
        }

        return tree;
    }

    /// <summary>True if a manifest can have this name.</summary>
    public static bool IsManifest(string name) =>
        !name.StartsWith('.')
        && (name.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".yml", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".json", StringComparison.OrdinalIgnoreCase));

    /// <summary>The manifests that a real path is read as.</summary>
    public IEnumerable<string> FilesAt(string realPath)
    {
        var name = Path.GetFileName(realPath);
        var own = IsManifest(name) && RelativeFolderOf(realPath) is { } folder ? [folder + name] : (IEnumerable<string>)[];
        return LinkedFiles.TryGetValue(realPath, out var files) ? own.Concat(files) : own;
    }

    /// <summary>True if a change of this path may change more than one file.</summary>
    public bool IsStructure(string realPath) => Links.Contains(realPath) || Folders.ContainsKey(realPath);

    /// <summary>True if an entry of one of the folders, by its name, is not to be skipped.</summary>
    public bool IsVisible(string realPath) =>
        !Path.GetFileName(realPath.AsSpan()).StartsWith('.') && RelativeFolderOf(realPath) is not null;

    /// <summary>True if the file is in a folder that could not be listed.</summary>
    public bool IsHidden(string file) => Unreadable.Keys.Any(folder => file.StartsWith(folder, StringComparison.Ordinal));

    private string? RelativeFolderOf(string realPath) => Folders.GetValueOrDefault(Path.GetDirectoryName(realPath) ?? "/");

    private void Walk(string realPath, string relative)
    {
        if (!Folders.TryAdd(realPath, relative))
        {
            return;
        }

        try
        {
            foreach (var entry in new DirectoryInfo(realPath).EnumerateFileSystemInfos())
            {
                if (!entry.Name.StartsWith('.'))
                {
                    Visit(entry, relative + entry.Name);
                }
            }
        }
        catch (DirectoryNotFoundException)
        {
            Folders.Remove(realPath);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Unreadable[relative] = "The folder cannot be read: " + failure.Message;
        }
    }

    private void Visit(FileSystemInfo entry, string relative)
    {
        if (entry.Attributes.HasFlag(FileAttributes.ReparsePoint))
        {
            VisitLink(entry, relative);
        }
        else if (entry.Attributes.HasFlag(FileAttributes.Directory))
        {
            Walk(entry.FullName, relative + "/");
        }
        else if (IsManifest(entry.Name) && FileStamp.Of(entry.FullName, entry.FullName) is { } stamp)
        {
            Files[relative] = stamp;
        }
    }

    private void VisitLink(FileSystemInfo entry, string relative)
    {
        if (trail.Resolve(entry.FullName) is not { } target)
        {
            return;
        }

        if (Directory.Exists(target))
        {
            linked.Enqueue((target, relative + "/"));
        }
        else if (IsManifest(entry.Name) && FileStamp.Of(target, target) is { } stamp)
        {
            Files[relative] = stamp;
            if (!LinkedFiles.TryGetValue(target, out var files))
            {
                LinkedFiles[target] = files = [];
            }

            files.Add(relative);
        }
    }
}
