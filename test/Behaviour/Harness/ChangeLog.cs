using Sluice.Controller;
using Sluice.Core.Values;

namespace Sluice.Behaviour.Harness;

/// <summary>
/// Collects the changes that the controller reports, and tells which of them cover an edit. Each edit leaves a mark in
/// the folder: an object of its own that stands there twice, which is a finding and changes nothing else.
/// </summary>
internal sealed class ChangeLog
{
    private readonly Lock gate = new();
    private readonly List<Change> changes = [];
    private readonly List<(Func<Change, bool> Wanted, TaskCompletionSource Seen)> waiting = [];

    /// <summary>How many there were until now.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return changes.Count;
            }
        }
    }

    public bool Has(ChangeKind kind)
    {
        lock (gate)
        {
            return changes.Exists(change => change.Kind == kind);
        }
    }

    public static string MarkFile(int edit) => edit == 0 ? "" : Manifests.ConfigMap(Mark(edit)) + Manifests.ConfigMap(Mark(edit));

    public static bool Covers(Change change, int edit) =>
        change.Findings.Any(finding => IsMark(finding) && finding.Object.Name.ToString() == Mark(edit));

    public void Add(Change change)
    {
        lock (gate)
        {
            changes.Add(change);
            foreach (var (_, seen) in waiting.Where(entry => entry.Wanted(change)))
            {
                seen.TrySetResult();
            }
        }
    }

    /// <summary>Waits for a change from now on.</summary>
    public Task NextAsync(Func<Change, bool> wanted)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            waiting.Add((wanted, seen));
        }

        return seen.Task;
    }

    /// <summary>All changes after the first <paramref name="count"/>, as one: the heaviest kind, the last findings.</summary>
    public Change Since(int count)
    {
        lock (gate)
        {
            var all = changes[count..];
            return all[^1] with
            {
                Kind = all.Max(change => change.Kind),
                Commands = all.Sum(change => change.Commands),
                Reasons = all.SelectMany(change => change.Reasons).ToEquatableArray(),
                Findings = all[^1].Findings.Where(finding => !IsMark(finding)).ToEquatableArray(),
            };
        }
    }

    private static string Mark(int edit) => $"test-harness/edit-{edit}";

    private static bool IsMark(Finding finding) => finding.Object.Name.Namespace == "test-harness";
}
