using Sluice.Controller.Cluster;

namespace Sluice.Unit.Cluster;

/// <summary>One entry of the log: what an object was before it, and what it is after it.</summary>
internal sealed record FakeChange(long Version, FakeObject? Former, FakeObject? Present)
{
    public ApiKind Kind => (Present ?? Former)!.Kind;
}

/// <summary>What the server has: a log of all changes, from which the state at each version follows, as in etcd.</summary>
internal sealed class FakeTruth
{
    // Not 1, so that a test soon comes from two to three digits: "100" is more than "99".
    private const long First = 95;

    private readonly Lock gate = new();
    private readonly List<FakeChange> log = [];
    private readonly Dictionary<(ApiKind, string, string), FakeObject> current = [];

    /// <summary>Fires at each change, and when bookmarks are due.</summary>
    public Signal Changed { get; } = new();

    public int Bookmarks { get; private set; }

    /// <summary>Nothing older than this version can be asked for.</summary>
    public long Oldest { get; private set; } = First;

    public long Version
    {
        get
        {
            lock (gate)
            {
                return First + log.Count;
            }
        }
    }

    public void Put(params FakeObject[] objects)
    {
        lock (gate)
        {
            foreach (var item in objects)
            {
                Append(item, item.At(First + log.Count + 1));
            }
        }

        Changed.Fire();
    }

    public void Delete(FakeObject item)
    {
        lock (gate)
        {
            Append(item, null);
        }

        Changed.Fire();
    }

    /// <summary>All that was is forgotten, as etcd does after five minutes.</summary>
    public void Compact() => Oldest = Version;

    /// <summary>Lets all watches send a bookmark.</summary>
    public void SendBookmarks()
    {
        Bookmarks++;
        Changed.Fire();
    }

    /// <summary>The changes after a version.</summary>
    public IReadOnlyList<FakeChange> Since(long version)
    {
        lock (gate)
        {
            return log[(int)(version - First)..];
        }
    }

    /// <summary>The objects at a version, in the order of their names.</summary>
    public IReadOnlyList<FakeObject> At(long version)
    {
        Dictionary<(ApiKind, string, string), FakeObject> state = [];
        lock (gate)
        {
            foreach (var change in log[..(int)(version - First)])
            {
                Apply(state, change);
            }
        }

        return [.. state.Values.OrderBy(item => item.Namespace, StringComparer.Ordinal).ThenBy(item => item.Name, StringComparer.Ordinal)];
    }

    public IReadOnlyList<FakeObject> Now()
    {
        lock (gate)
        {
            return [.. current.Values];
        }
    }

    private static (ApiKind, string, string) Key(FakeObject item) => (item.Kind, item.Namespace, item.Name);

    private static void Apply(Dictionary<(ApiKind, string, string), FakeObject> state, FakeChange change)
    {
        if (change.Present is { } present)
        {
            state[Key(present)] = present;
        }
        else
        {
            state.Remove(Key(change.Former!));
        }
    }

    private void Append(FakeObject item, FakeObject? present)
    {
        var former = current.GetValueOrDefault(Key(item));
        if (former is null && present is null)
        {
            return;
        }

        var change = new FakeChange(First + log.Count + 1, former, present);
        log.Add(change);
        Apply(current, change);
    }
}
