using System.Text.Json;
using Sluice.Controller.Manifests;
using Sluice.Core.Values;

namespace Sluice.Controller.Cluster;

/// <summary>The objects of one reflector, kept in the state of the cluster.</summary>
internal sealed class StateStore(ApiKind kind, ClusterState state) : ObjectStore(state.Decoding.Texts)
{
    protected override void Keep(NamespacedName name, ReadOnlySpan<byte> json) =>
        state.Put(new Reading(this, VersionOf(name)), Reference(name), Decode(json));

    protected override void Drop(NamespacedName name) => state.Remove(this, Reference(name));

    private ResourceRef Reference(NamespacedName name) => new(kind.Kind, name);

    private Decoded Decode(ReadOnlySpan<byte> json)
    {
        try
        {
            return ResourceDecoder.Decode(kind.Kind, kind.ApiVersion, json, state.Decoding);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException("the API server sent an object that is not JSON", e);
        }
    }
}
