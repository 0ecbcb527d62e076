using System.Runtime.InteropServices;
using Sluice.Controller.Manifests;
using Sluice.Core.Values;

namespace Sluice.Controller.Cluster;

/// <summary>
/// The objects that one reflector has read: it knows their names and versions, so that it can tell what is new, what is
/// an old event come late, and what is gone after a new list. The objects themselves are kept elsewhere.
/// </summary>
internal abstract class ObjectStore(TextPool texts)
{
    /// <summary>Deletions are remembered so that an older event that comes after one does not bring the object back.</summary>
    private const int MostDeletions = 10_000;

    // Read by others than the reflector, to ask what is known.
    private readonly Lock gate = new();
    private readonly Dictionary<NamespacedName, ulong> deletions = [];
    private Dictionary<NamespacedName, ulong> known = [];
    private Dictionary<NamespacedName, ulong>? former;

    public int Count => known.Count;

    public bool Contains(NamespacedName name)
    {
        lock (gate)
        {
            // While a list goes on, what it has not named yet is not gone yet.
            return known.ContainsKey(name) || former?.ContainsKey(name) == true;
        }
    }

    /// <summary>A full list begins: what it does not name is gone when it ends.</summary>
    public void BeginSync()
    {
        // A list that was cut off in the middle has proved nothing: what was known before is still to be judged.
        lock (gate)
        {
            foreach (var (name, version) in former ?? [])
            {
                known.TryAdd(name, version);
            }

            (former, known) = (known, new Dictionary<NamespacedName, ulong>(known.Count));
        }

        deletions.Clear();
    }

    public void EndSync()
    {
        foreach (var name in former?.Keys.Where(name => !known.ContainsKey(name)) ?? [])
        {
            Drop(name);
        }

        lock (gate)
        {
            former = null;
        }
    }

    /// <summary>An object is there. Returns its version.</summary>
    public string? Put(ReadOnlySpan<byte> json)
    {
        var (name, version, text) = ObjectIdentity.Read(json, texts);
        if (version > 0 && (version <= known.GetValueOrDefault(name) || version <= deletions.GetValueOrDefault(name)))
        {
            return text;
        }

        var before = Know(name, version);
        try
        {
            if (version == 0 || version != former?.GetValueOrDefault(name))
            {
                Keep(name, json);
            }
        }
        catch
        {
            // It could not be read, so it is not known: it may come again.
            Unknow(name, before);
            throw;
        }

        deletions.Remove(name);
        return text;
    }

    /// <summary>An object is gone. Returns the version at which it went.</summary>
    public string? Delete(ReadOnlySpan<byte> json)
    {
        var (name, version, text) = ObjectIdentity.Read(json, texts);
        if (version > 0 && version < known.GetValueOrDefault(name))
        {
            return text;
        }

        if (deletions.Count >= MostDeletions)
        {
            deletions.Clear();
        }

        deletions[name] = version;
        bool wasKnown;
        lock (gate)
        {
            wasKnown = known.Remove(name);
        }

        if (wasKnown)
        {
            Drop(name);
        }

        return text;
    }

    /// <summary>Nothing of this is read any longer.</summary>
    public void Clear()
    {
        BeginSync();
        EndSync();
    }

    /// <summary>Keeps a new version of an object.</summary>
    protected abstract void Keep(NamespacedName name, ReadOnlySpan<byte> json);

    /// <summary>Keeps an object no longer.</summary>
    protected abstract void Drop(NamespacedName name);

    /// <summary>The version that an object has; 0 if it cannot be told.</summary>
    protected ulong VersionOf(NamespacedName name) => known.GetValueOrDefault(name);

    private ulong? Know(NamespacedName name, ulong version)
    {
        lock (gate)
        {
            ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(this.known, name, out var wasKnown);
            var before = wasKnown ? known : default(ulong?);
            known = version;
            return before;
        }
    }

    private void Unknow(NamespacedName name, ulong? before)
    {
        lock (gate)
        {
            if (before is { } version)
            {
                known[name] = version;
            }
            else
            {
                known.Remove(name);
            }
        }
    }
}
