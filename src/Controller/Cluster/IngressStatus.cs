using System.Text.Json;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Controller.Cluster;

/// <summary>
/// The load balancer status of an Ingress as the API server has it. Its list of addresses has one owner for all of it
/// (it is an atomic list), so whose an address is has to be remembered elsewhere: a list that is ours alone is applied
/// as "sluice", one in which others have a part as "sluice-shared". That outlives a restart.
/// </summary>
internal sealed class IngressStatus
{
    private const string SharedManager = ApiClient.Manager + "-shared";

    private readonly string version;
    private readonly IReadOnlyList<(LoadBalancerAddress Address, JsonElement Json)> entries;

    private IngressStatus(WrittenObject read)
    {
        Uid = read.Metadata?.Uid ?? "";
        version = read.Metadata?.ResourceVersion ?? "";
        entries = [.. (read.Status?.LoadBalancer?.Ingress ?? []).Select(entry => (AddressIn(entry), entry))];
        var owners = (read.Metadata?.ManagedFields ?? []).OfType<ManagedFields>().Where(OwnsAddresses).Select(fields => fields.Manager).ToList();
        IsOursAlone = owners.Count > 0 && owners.TrueForAll(owner => owner == ApiClient.Manager);
    }

    public string Uid { get; }

    /// <summary>Whether nobody but us has written any of the addresses.</summary>
    public bool IsOursAlone { get; }

    public EquatableArray<LoadBalancerAddress> Addresses => entries.Select(entry => entry.Address).ToEquatableArray();

    /// <exception cref="InvalidDataException">It is no Ingress.</exception>
    public static IngressStatus Read(byte[] json)
    {
        try
        {
            return new IngressStatus(JsonSerializer.Deserialize(json, WritingJson.Default.WrittenObject) ?? new WrittenObject());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException("the API server sent an Ingress that cannot be read", e);
        }
    }

    /// <summary>What to write so that our part of the list is what is wanted; null if it is already.</summary>
    /// <param name="name">The Ingress.</param>
    /// <param name="wanted">The addresses to name; empty for none.</param>
    /// <param name="isOurs">Whether an address was ever published by us.</param>
    public StatusWrite? Write(NamespacedName name, EquatableArray<LoadBalancerAddress> wanted, Func<LoadBalancerAddress, bool> isOurs)
    {
        var kept = entries.Where(entry => wanted.Contains(entry.Address) || !(IsOursAlone || isOurs(entry.Address))).ToList();
        var added = wanted.Where(address => !kept.Exists(entry => entry.Address == address)).ToList();
        if (kept.Count == entries.Count && added.Count == 0)
        {
            return null;
        }

        var isShared = kept.Exists(entry => !wanted.Contains(entry.Address));
        return kept.Count + added.Count == 0
            ? new StatusWrite("", JsonText.Object(WriteNone))
            : new StatusWrite(isShared ? SharedManager : ApiClient.Manager, JsonText.Object(writer => WriteList(writer, name, kept.Select(entry => entry.Json), added)));
    }

    public static LoadBalancerAddress AddressIn(JsonElement entry) => new(Text(entry, "ip"), Text(entry, "hostname"));

    private static string Text(JsonElement entry, string name) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    // https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
    private static bool OwnsAddresses(ManagedFields fields) =>
        fields.FieldsV1 is { ValueKind: JsonValueKind.Object } all
        && all.TryGetProperty("f:status", out var status) && status.ValueKind == JsonValueKind.Object
        && status.TryGetProperty("f:loadBalancer", out var balancer) && balancer.ValueKind == JsonValueKind.Object
        && balancer.TryGetProperty("f:ingress", out _);

    // Merged, not applied: an apply that leaves the list out takes it away only if nobody else owns it.
    private void WriteNone(Utf8JsonWriter writer)
    {
        writer.WriteObject("metadata", WriteGuards);
        writer.WriteObject("status", status => status.WriteObject("loadBalancer", balancer => balancer.WriteNull("ingress")));
    }

    private void WriteList(Utf8JsonWriter writer, NamespacedName name, IEnumerable<JsonElement> kept, IEnumerable<LoadBalancerAddress> added)
    {
        writer.WriteString("apiVersion", ApiKind.Ingress.ApiVersion);
        writer.WriteString("kind", ApiKind.Ingress.Kind);
        writer.WriteObject("metadata", metadata =>
        {
            metadata.WriteString("name", name.Name);
            metadata.WriteString("namespace", name.Namespace);
            WriteGuards(metadata);
        });
        writer.WriteStartObject("status");
        writer.WriteStartObject("loadBalancer");
        writer.WriteStartArray("ingress");
        foreach (var entry in kept)
        {
            entry.WriteTo(writer);
        }

        foreach (var address in added)
        {
            writer.WriteStartObject();
            writer.WriteText("ip", address.Ip);
            writer.WriteText("hostname", address.Hostname);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    // The server refuses the write if the object is another one by now, or has changed since it was read.
    private void WriteGuards(Utf8JsonWriter writer)
    {
        writer.WriteText("uid", Uid);
        writer.WriteText("resourceVersion", version);
    }
}

/// <summary>A write of a status.</summary>
/// <param name="Manager">Who is to own the list; empty if there is to be none.</param>
/// <param name="Json">The object to apply, or to merge if there is to be no list.</param>
internal sealed record StatusWrite(string Manager, string Json);
