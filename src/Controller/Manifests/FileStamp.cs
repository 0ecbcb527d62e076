namespace Sluice.Controller.Manifests;

/// <summary>What tells one version of a file from another without reading it.</summary>
internal readonly record struct FileStamp(long Size, DateTime ModifiedAt, string RealPath)
{
    /// <summary>The stamp of a file that is there; null if none is, or a folder.</summary>
    public static FileStamp? Of(string path, string realPath)
    {
        var file = new FileInfo(path);
        return file.Exists ? new FileStamp(file.Length, file.LastWriteTimeUtc, realPath) : null;
    }

    /// <summary>The time since the file was written; one of the future counts as old too.</summary>
    public TimeSpan Age => (DateTime.UtcNow - ModifiedAt).Duration();

    /// <summary>True if not even a dangling link is there.</summary>
    public static bool IsMissing(FileInfo entry) => (int)entry.Attributes == -1;
}
