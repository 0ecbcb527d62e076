namespace Sluice.Controller.Manifests;

/// <summary>
/// The files that changed and were not read yet. A file is read when it has been quiet for a while, and together with
/// the others that change at the same time; but nobody waits for long on account of another.
/// </summary>
public sealed class PendingFiles
{
    /// <summary>How long the files that are ready wait for those that are not.</summary>
    private static readonly TimeSpan Ceiling = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a file may go on changing until it is read all the same.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private TimeSpan lossesDue;

    public bool Contains(string file) => entries.ContainsKey(file);

    public void Clear() => entries.Clear();

    /// <summary>Notes a file that changed, and when it may be read.</summary>
    public void Changed(string file, string realPath, TimeSpan now, TimeSpan due) =>
        entries[file] = new Entry(realPath, SinceOf(file, now), due, IsLoss: false);

    /// <summary>Notes a file that is gone. While files go, all that are gone wait: the folder itself may follow them.</summary>
    public void Lost(string file, string realPath, TimeSpan now, TimeSpan due)
    {
        entries[file] = new Entry(realPath, SinceOf(file, now), due, IsLoss: true);
        lossesDue = due > lossesDue ? due : lossesDue;
    }

    /// <summary>When <see cref="TakeReady"/> will have something; null if nothing is pending.</summary>
    public TimeSpan? Next()
    {
        if (entries.Count == 0)
        {
            return null;
        }

        var (first, last, since) = (TimeSpan.MaxValue, TimeSpan.MinValue, TimeSpan.MaxValue);
        foreach (var entry in entries.Values)
        {
            var due = DueOf(entry);
            first = due < first ? due : first;
            last = due > last ? due : last;
            since = entry.Since < since ? entry.Since : since;
        }

        var patient = since + Ceiling > first ? since + Ceiling : first;
        return last < patient ? last : patient;
    }

    /// <summary>Takes what is to be read now: nothing, or all that is ready.</summary>
    public IReadOnlyList<(string File, string RealPath)> TakeReady(TimeSpan now)
    {
        if (Next() is not { } next || next > now)
        {
            return [];
        }

        var ready = entries.Where(e => DueOf(e.Value) <= now).Select(e => (e.Key, e.Value.RealPath)).ToList();
        ready.ForEach(r => entries.Remove(r.Key));
        return ready;
    }

    private TimeSpan SinceOf(string file, TimeSpan now) => entries.TryGetValue(file, out var entry) ? entry.Since : now;

    private TimeSpan DueOf(Entry entry)
    {
        var due = entry.IsLoss && lossesDue > entry.Due ? lossesDue : entry.Due;
        return due < entry.Since + Patience ? due : entry.Since + Patience;
    }

    private readonly record struct Entry(string RealPath, TimeSpan Since, TimeSpan Due, bool IsLoss);
}
