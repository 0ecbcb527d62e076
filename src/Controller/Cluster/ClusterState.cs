using System.Collections.Immutable;
using System.Runtime.InteropServices;
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
    private readonly Dictionary<ResourceRef, Reading[]> readings = [];
    private readonly Dictionary<ResourceRef, Finding> invalid = [];
    private ImmutableArray<Finding> denied = [];
    private ImmutableArray<Finding> findings = [];
    private readonly Channel<bool> changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>What all objects of this cluster are decoded in.</summary>
    public DecodingContext Decoding { get; } = DecodingContext.Create();

    /// <summary>Holds something when anything has changed since it was last taken.</summary>
    public ChannelReader<bool> Changes => changes.Reader;

    /// <summary>Puts what was decoded in force. What is not valid leaves the last good version there, and is told.</summary>
    public void Put(Reading reading, ResourceRef reference, Decoded decoded)
    {
        lock (gate)
        {
            if (!IsNewest(reading, reference))
            {
                return;
            }

            var resource = (decoded as Decoded.Valid)?.Resource;
            var problem = decoded is Decoded.Invalid wrong
                ? new Finding(reference, wrong.Field, FindingCode.InvalidObject, $"{wrong.Problem} Its last good version stays in force, if there was one.")
                : null;
            var changed = Tell(reference, problem);
            if (problem is null)
            {
                changed |= maps.Put(reference, resource, location: null);
            }

            Signal(changed);
        }
    }

    /// <summary>Takes an object out of force, unless somebody else reads it, too.</summary>
    public void Remove(object reader, ResourceRef reference)
    {
        lock (gate)
        {
            var others = Others(reader, reference);
            if (others.Length > 0)
            {
                readings[reference] = others;
                return;
            }

            readings.Remove(reference);
            Signal(Tell(reference, null) | maps.Put(reference, null, location: null));
        }
    }

    /// <summary>Tells what the API server does not let us read, all of it.</summary>
    public void Deny(ImmutableArray<Finding> missing)
    {
        lock (gate)
        {
            var changed = !denied.SequenceEqual(missing);
            denied = missing;
            CollectFindings();
            Signal(changed);
        }
    }

    /// <summary>What is known now.</summary>
    public ClusterSnapshot Snapshot()
    {
        lock (gate)
        {
            return maps.ToSnapshot(findings, TimeProvider.System.GetUtcNow());
        }
    }

    // Only Secrets are read by more than one, by type and by name: of all others it need not be known who read them. One
    // of the readers may lag behind: what it says counts if nobody has said something newer.
    private bool IsNewest(Reading reading, ResourceRef reference)
    {
        if (reference.Kind != ApiKind.Secret.Kind)
        {
            return true;
        }

        var others = Others(reading.Reader, reference);
        readings[reference] = [.. others, reading];
        return Array.TrueForAll(others, other => other.Version <= reading.Version);
    }

    private Reading[] Others(object reader, ResourceRef reference) =>
        [.. readings.GetValueOrDefault(reference, []).Where(other => other.Reader != reader)];

    private bool Tell(ResourceRef reference, Finding? problem)
    {
        var former = invalid.GetValueOrDefault(reference);
        if (former == problem)
        {
            return false;
        }

        if (problem is null)
        {
            invalid.Remove(reference);
        }
        else
        {
            invalid[reference] = problem;
        }

        CollectFindings();
        return true;
    }

    private void CollectFindings() =>
        findings = [.. invalid.Values.Concat(denied).OrderBy(finding => finding.Object.ToString(), StringComparer.Ordinal)];

    private void Signal(bool changed)
    {
        if (changed)
        {
            changes.Writer.TryWrite(true);
        }
    }
}

/// <summary>Who has read an object, and at which version.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Reading(object Reader, ulong Version);
