namespace Sluice.Controller.Manifests;

/// <summary>The watchers that see all that can change a folder tree: its folders, and where its links stand and lead.</summary>
internal sealed class WatchPoints(Action<FileSystemEventArgs> seen, Action<Exception> failed) : IDisposable
{
    private const int BufferSize = 64 * 1024;

    private readonly Dictionary<(string Path, bool IsDeep), FileSystemWatcher> watchers = [];

    /// <summary>False if the system refused a watcher; then only looking again helps.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>Starts and ends watchers so that they fit the tree. True if one was started: what it missed must be looked at.</summary>
    public bool Cover(FolderTree tree)
    {
        var wanted = Wanted(tree);
        foreach (var point in watchers.Keys.Where(p => !wanted.Contains(p)).ToList())
        {
            Remove(point);
        }

        IsComplete = true;
        var started = false;
        foreach (var point in wanted.Where(p => !watchers.ContainsKey(p)))
        {
            started |= Start(point);
        }

        return started;
    }

    /// <summary>Ends the watchers of a path that was removed: should it come back, it is another folder of the same name.</summary>
    public void Forget(string path)
    {
        foreach (var point in watchers.Keys.Where(p => IsAtOrBelow(p.Path, path)).ToList())
        {
            Remove(point);
        }
    }

    public void Dispose() => Forget("/");

    private static HashSet<(string Path, bool IsDeep)> Wanted(FolderTree tree)
    {
        var deep = new List<string>();
        foreach (var folder in tree.Folders.Keys.Order(StringComparer.Ordinal))
        {
            if (!deep.Exists(d => IsAtOrBelow(folder, d)))
            {
                deep.Add(folder);
            }
        }

        var parents = tree.Links.Concat(tree.LinkedFiles.Keys).Select(p => Path.GetDirectoryName(p) ?? "/")
            .Distinct(StringComparer.Ordinal).Where(p => !deep.Exists(d => IsAtOrBelow(p, d)));
        return [.. deep.Select(d => (d, true)), .. parents.Select(p => (p, false))];
    }

    private static bool IsAtOrBelow(string path, string folder) =>
        path == folder || folder == "/"
        || (path.Length > folder.Length && path[folder.Length] == '/' && path.StartsWith(folder, StringComparison.Ordinal));

    private bool Start((string Path, bool IsDeep) point)
    {
        if (!Directory.Exists(point.Path))
        {
            return false;
        }

        var watcher = new FileSystemWatcher(point.Path)
        {
            IncludeSubdirectories = point.IsDeep,
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size,
            InternalBufferSize = BufferSize,
        };
        watcher.Created += (_, change) => seen(change);
        watcher.Changed += (_, change) => seen(change);
        watcher.Deleted += (_, change) => seen(change);
        watcher.Renamed += (_, change) => seen(change);
        watcher.Error += (_, error) => failed(error.GetException());
        try
        {
            watcher.EnableRaisingEvents = true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            watcher.Dispose();
            IsComplete = false;
            return false;
        }

        watchers.Add(point, watcher);
        return true;
    }

    private void Remove((string Path, bool IsDeep) point)
    {
        watchers.Remove(point, out var watcher);
        watcher?.Dispose();
    }
}
