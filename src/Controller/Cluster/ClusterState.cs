using System.Threading.Channels;
using Sluice.Controller.Manifests;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Controller.Cluster;

/// <summary>
/// All that was read of the cluster, folded into the next snapshot. Several readers write to it at a time; an object
/// that two of them read is there until both say that it is gone.
/// </summary>
internal sealed class ClusterState
{
    private readonly Lock gate = new();
    private readonly SnapshotMaps maps = new();
    private readonly Dictionary<ResourceRef, object[]> owners = [];
    private readonly SortedDictionary<string, Finding> invalid = new(StringComparer.Ordinal);
    private readonly Channel<bool> changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Holds something when anything has changed since it was last taken.</summary>
    public ChannelReader<bool> Changes => changes.Reader;

    /// <summary>Puts what was decoded in force. What is not valid leaves the last good version there, and is told.</summary>
    public void Put(object owner, ResourceRef reference, Decoded decoded)
    {
        lock (gate)
        {
            var resource = (decoded as Decoded.Valid)?.Resource;
            var problem = decoded is Decoded.Invalid wrong
                ? new Finding(reference, wrong.Field, FindingCode.InvalidObject, $"{wrong.Problem} Its last good version stays in force, if there was one.")
                : null;
            var changed = Tell(reference, problem);
            if (problem is null)
            {
                Own(reference, owner);
                changed |= maps.Put(reference, resource, location: null);
            }

            Signal(changed);
        }
    }

    /// <summary>Takes an object out of force, unless somebody else reads it, too.</summary>
    public void Remove(object owner, ResourceRef reference)
    {
        lock (gate)
        {
            object[] others = [.. owners.GetValueOrDefault(reference, []).Where(other => other != owner)];
            if (others.Length > 0)
            {
                owners[reference] = others;
                return;
            }

            owners.Remove(reference);
            Signal(Tell(reference, null) | maps.Put(reference, null, location: null));
        }
    }

    /// <summary>What is known now.</summary>
    public ClusterSnapshot Snapshot()
    {
        lock (gate)
        {
            return maps.ToSnapshot([.. invalid.Values], TimeProvider.System.GetUtcNow());
        }
    }

    // Only Secrets are read by more than one, by type and by name: of all others the owner need not be kept.
    private void Own(ResourceRef reference, object owner)
    {
        if (reference.Kind == ApiKind.Secret.Kind && owners.GetValueOrDefault(reference, []) is var known && !known.Contains(owner))
        {
            owners[reference] = [.. known, owner];
        }
    }

    private bool Tell(ResourceRef reference, Finding? problem)
    {
        var key = reference.ToString();
        if (problem is null)
        {
            return invalid.Remove(key);
        }

        var isNew = !invalid.TryGetValue(key, out var known) || known != problem;
        invalid[key] = problem;
        return isNew;
    }

    private void Signal(bool changed)
    {
        if (changed)
        {
            changes.Writer.TryWrite(true);
        }
    }
}
