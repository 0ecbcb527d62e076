using Sluice.Controller.Manifests;
using Sluice.Core.Values;

namespace Sluice.Controller.Cluster;

/// <summary>Watches one Lease for the moment when nobody holds it any longer.</summary>
internal sealed class LeaseStore(Action free) : ObjectStore(TextPool.None)
{
    protected override void Keep(NamespacedName name, ReadOnlySpan<byte> json)
    {
        if (LeaseRecord.Read(json).Holder.Length == 0)
        {
            free();
        }
    }

    protected override void Drop(NamespacedName name) => free();
}
