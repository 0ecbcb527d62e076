using System.Collections.Immutable;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Controller.Manifests;

/// <summary>
/// The state of a folder of manifests: the last good reading of each file, and the snapshot they make together. It
/// reads no file itself. Not for several threads at once.
/// </summary>
/// <param name="folder">The folder as the user typed it.</param>
public sealed class ManifestFolder(string folder)
{
    private readonly Dictionary<string, ManifestFile> files = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, IReadOnlyList<Finding>> findingsByFile = new(StringComparer.Ordinal);
    private readonly ObjectClaims claims = new();
    private readonly SnapshotMaps maps = new();
    private ClusterSnapshot snapshot = ClusterSnapshot.Empty;
    private bool isChanged = true;

    /// <summary>The paths of all files that were read, below the folder.</summary>
    public IReadOnlyCollection<string> Files => files.Keys;

    /// <summary>How many objects of kinds that we do not use the files hold.</summary>
    public int UnknownKinds { get; private set; }

    /// <summary>The path of a file as the user would type it.</summary>
    public string PathOf(string file) => Path.Join(folder, file);

    /// <summary>True if anything of the file is in force.</summary>
    public bool HasObjects(string file) => files.TryGetValue(file, out var known) && known.Objects.Count > 0;

    /// <summary>Parses the content of a file against its last good version. Changes nothing; may run beside others.</summary>
    public ManifestFile Parse(string file, ReadOnlyMemory<byte> content) =>
        ManifestFile.Read(file, PathOf(file), content, files.GetValueOrDefault(file));

    /// <summary>A reading for a file (or folder) that cannot be read now.</summary>
    public ManifestFile Unreadable(string file, string reason) =>
        ManifestFile.Unreadable(file, PathOf(file), reason, files.GetValueOrDefault(file));

    /// <summary>Puts a new reading of a file in force.</summary>
    public void Put(string file, ManifestFile reading) => Replace(file, reading);

    /// <summary>Takes the objects of a file that is gone out of force.</summary>
    public void Remove(string file) => Replace(file, null);

    /// <summary>The snapshot of all files; the same as before if nothing has changed.</summary>
    public ClusterSnapshot Snapshot(DateTimeOffset now)
    {
        if (isChanged)
        {
            var findings = findingsByFile.Values.SelectMany(f => f).Concat(claims.Duplicates().OrderBy(f => f.Location!.File, StringComparer.Ordinal)
                .ThenBy(f => f.Location!.Line));
            snapshot = maps.ToSnapshot([.. findings], now);
            isChanged = false;
        }

        return snapshot;
    }

    private void Replace(string file, ManifestFile? reading)
    {
        var former = files.GetValueOrDefault(file);
        var (old, next) = (former?.Objects ?? [], reading?.Objects ?? []);
        UnknownKinds += (reading?.UnknownKinds ?? 0) - (former?.UnknownKinds ?? 0);
        isChanged |= ReplaceObjects(file, old, next) | ReplaceFindings(file, reading?.Findings ?? []);
        if (reading is null)
        {
            files.Remove(file);
        }
        else
        {
            files[file] = reading;
        }
    }

    /// <summary>Exchanges the objects of a file, past those at its beginning and end that stay as they are.</summary>
    private bool ReplaceObjects(string file, IReadOnlyList<PlacedObject> old, IReadOnlyList<PlacedObject> next)
    {
        var shorter = Math.Min(old.Count, next.Count);
        var (head, tail) = (0, 0);
        while (head < shorter && Same(old[head], next[head]))
        {
            head++;
        }

        while (tail < shorter - head && Same(old[^(tail + 1)], next[^(tail + 1)]))
        {
            tail++;
        }

        var changed = false;
        var touched = new HashSet<ResourceRef>();
        for (var index = head; index < old.Count - tail; index++)
        {
            changed |= claims.First(old[index].Ref)?.Next is not null;
            claims.Remove(old[index].Ref, file, old[index].Line);
            touched.Add(old[index].Ref);
        }

        var path = PathOf(file);
        for (var index = head; index < next.Count - tail; index++)
        {
            claims.Add(next[index].Ref, new Claim(file, new SourceLocation(path, next[index].Line), next[index].Resource));
            touched.Add(next[index].Ref);
        }

        foreach (var reference in touched)
        {
            var first = claims.First(reference);
            changed |= maps.Put(reference, first?.Resource, first?.Location) || first?.Next is not null;
        }

        return changed;
    }

    private bool ReplaceFindings(string file, IReadOnlyList<Finding> findings)
    {
        if (findingsByFile.TryGetValue(file, out var former) ? former.SequenceEqual(findings) : findings.Count == 0)
        {
            return false;
        }

        findingsByFile.Remove(file);
        if (findings.Count > 0)
        {
            findingsByFile[file] = findings;
        }

        return true;
    }

    private static bool Same(PlacedObject left, PlacedObject right) =>
        ReferenceEquals(left.Resource, right.Resource) && left.Line == right.Line;
}
