using System.Threading.Channels;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Controller;

/// <summary>Where snapshots come from: a folder of manifests, or a cluster.</summary>
public interface ISnapshotSource
{
    /// <summary>The newest snapshot that was not taken yet; the first is the full state at start.</summary>
    ChannelReader<ClusterSnapshot> Snapshots { get; }

    /// <summary>Reads and watches until it is told to stop.</summary>
    Task RunAsync(CancellationToken stop);

    /// <summary>
    /// Says which Secrets and ConfigMaps are asked for. Returns a newer snapshot if some of them had to be read for it, else null.
    /// Waits for them for a short time only: what comes later makes a snapshot of its own.
    /// </summary>
    ValueTask<ClusterSnapshot?> FollowAsync(AskedObjects asked, CancellationToken stop);
}

/// <summary>The objects that are asked for by name, there or not.</summary>
public readonly record struct AskedObjects(EquatableArray<NamespacedName> Secrets, EquatableArray<NamespacedName> ConfigMaps);
