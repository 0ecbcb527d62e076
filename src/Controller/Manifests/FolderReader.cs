using System.Collections.Concurrent;
using Sluice.Core.Resources;

namespace Sluice.Controller.Manifests;

/// <summary>Reads the files of a folder of manifests into its state, and knows which version of each it has read.</summary>
/// <param name="folder">The folder as the user typed it.</param>
internal sealed class FolderReader(string folder)
{
    /// <summary>What looks like the loss of all objects of a file must last so long to be believed.</summary>
    public static readonly TimeSpan Doubt = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<string, FileStamp> stamps = new(StringComparer.Ordinal);

    public ManifestFolder State { get; } = new(folder);

    /// <summary>The absolute path of the folder, links not followed.</summary>
    public string Path { get; } = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(folder));

    public ClusterSnapshot Snapshot() => State.Snapshot(DateTimeOffset.UtcNow);

    /// <summary>The files whose version is not the one that was read.</summary>
    public IEnumerable<KeyValuePair<string, FileStamp>> Changed(FolderTree tree) =>
        tree.Files.Where(f => !stamps.TryGetValue(f.Key, out var stamp) || stamp != f.Value);

    /// <summary>The files that were read and are no longer there.</summary>
    public IEnumerable<string> Lost(FolderTree tree) =>
        stamps.Keys.Where(f => !tree.Files.ContainsKey(f) && !tree.IsHidden(f));

    /// <summary>True if something differs that is neither pending nor waits to be tried again.</summary>
    public bool HasMissed(FolderTree tree, Predicate<string> isPending) =>
        Changed(tree).Select(f => f.Key).Concat(Lost(tree))
            .Any(f => !isPending(f) && (!stamps.TryGetValue(f, out var stamp) || stamp != default));

    /// <summary>What stands at or below a path may be another file next time, though its stamp be the same.</summary>
    public void Distrust(string realPath)
    {
        foreach (var (file, stamp) in stamps)
        {
            if (stamp.RealPath is { } path && path.StartsWith(realPath, StringComparison.Ordinal))
            {
                stamps[file] = default;
            }
        }
    }

    public string RealPathOf(string file) => stamps.TryGetValue(file, out var stamp) ? stamp.RealPath ?? "" : "";

    /// <summary>Reads files. Returns those that must be read again, and how long to wait before.</summary>
    public IReadOnlyList<(string File, string RealPath, TimeSpan Wait)> Read(
        IReadOnlyCollection<(string File, string RealPath)> files, bool isFirst = false)
    {
        var again = new List<(string, string, TimeSpan)>();
        var results = new ConcurrentDictionary<string, (FileStamp? Stamp, ManifestFile? Reading, TimeSpan? Wait)>(StringComparer.Ordinal);
        if (files.Count < 8)
        {
            foreach (var (file, realPath) in files)
            {
                results[file] = Read(file, realPath, isFirst);
            }
        }
        else
        {
            Parallel.ForEach(files, f => results[f.File] = Read(f.File, f.RealPath, isFirst));
        }

        foreach (var (file, realPath) in files)
        {
            var (stamp, reading, wait) = results[file];
            if (wait is { } time)
            {
                again.Add((file, realPath, time));
            }
            else
            {
                Put(file, stamp, reading);
            }
        }

        return again;
    }

    /// <summary>Notes the folders that cannot be listed now, and forgets those that can again.</summary>
    public void PutUnreadable(FolderTree tree)
    {
        foreach (var (relative, reason) in tree.Unreadable)
        {
            State.Put(relative, State.Unreadable(relative, reason));
        }

        foreach (var relative in State.Files.Where(f => !stamps.ContainsKey(f) && !tree.Unreadable.ContainsKey(f)).ToList())
        {
            State.Remove(relative);
        }
    }

    private void Put(string file, FileStamp? stamp, ManifestFile? reading)
    {
        if (reading is null)
        {
            stamps.Remove(file);
            State.Remove(file);
        }
        else
        {
            stamps[file] = stamp ?? default;
            State.Put(file, reading);
        }
    }

    /// <summary>Reads one file; no reading if it is gone, a time to wait if it is still being written.</summary>
    private (FileStamp? Stamp, ManifestFile? Reading, TimeSpan? Wait) Read(string file, string realPath, bool isFirst)
    {
        var path = System.IO.Path.Join(Path, file);
        try
        {
            if (FileStamp.Of(path, realPath) is not { } stamp)
            {
                return (null, null, null);
            }

            if (!isFirst && stamp.Size == 0 && State.HasObjects(file) && stamp.Age < Doubt)
            {
                return (null, null, Doubt - stamp.Age);
            }

            // Pipes and devices have no size, and would make us wait.
            var content = stamp.Size == 0 ? [] : File.ReadAllBytes(path);
            if (!isFirst && FileStamp.Of(path, realPath) is { } after && after != stamp)
            {
                return (null, null, FolderWatch.Quiet);
            }

            return (stamp, State.Parse(file, content), null);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return (null, null, null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (null, State.Unreadable(file, "The file cannot be read: " + failure.Message), null);
        }
    }
}
