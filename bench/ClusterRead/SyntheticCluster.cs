using System.Buffers;
using Sluice.Controller.Cluster;

namespace Sluice.Bench.ClusterRead;

/// <summary>How many objects there are of each kind.</summary>
internal sealed record ClusterSize(int Ingresses, int Services, int Slices, int Secrets)
{
    public override string ToString() =>
        $"{Ingresses:N0} Ingresses, {Services:N0} Services, {Slices:N0} EndpointSlices of {SyntheticCluster.EndpointsPerSlice} endpoints, {Secrets:N0} Secrets";
}

/// <summary>A cluster whose objects are written when they are asked for, each from its number.</summary>
internal sealed class SyntheticCluster
{
    public const int EndpointsPerSlice = 10;

    /// <summary>The version of the first lists: the objects in them have older ones, changes have newer ones.</summary>
    public const long FirstVersion = 1_000_000;

    /// <summary>The revision of the very last change. It shows in the address of the first endpoint.</summary>
    public const int LastRevision = int.MaxValue;

    /// <summary>What the status of each Ingress names.</summary>
    public const string PublishedAddress = "203.0.113.7";

    public const string LastAddress = "10.255.255.254";

    private const int Namespaces = 200;

    // Changes go through the slices in an order in which neighbours have nothing to do with each other.
    private const int Stride = 7_919;

    private static readonly string[] Apps = ["checkout-api", "catalog", "billing-worker", "search", "auth-proxy", "media", "status-page", "docs"];

    private readonly ClusterSize size;
    private readonly Dictionary<ApiKind, (Template Template, int Count)> kinds;

    public SyntheticCluster(ClusterSize size)
    {
        this.size = size;
        var holes = Holes(CertificateChain.CreateSome());
        var endpoint = new Template(ObjectTexts.Endpoint, holes);
        holes["endpoints"] = (into, what) => WriteEndpoints(endpoint, into, what);
        kinds = new()
        {
            [ApiKind.Ingress] = (new Template(ObjectTexts.Ingress, holes), size.Ingresses),
            [ApiKind.Service] = (new Template(ObjectTexts.Service, holes), size.Services),
            [ApiKind.EndpointSlice] = (new Template(ObjectTexts.EndpointSlice, holes), size.Slices),
            [ApiKind.Secret] = (new Template(ObjectTexts.Secret, holes), size.Secrets),
            [ApiKind.IngressClass] = (new Template(ObjectTexts.IngressClass, holes), 1),
            [ApiKind.ConfigMap] = (new Template("", holes), 0),
        };
    }

    public int Count(ApiKind kind) => kinds[kind].Count;

    public void Write(ApiKind kind, IBufferWriter<byte> into, Written what) => kinds[kind].Template.Write(into, what);

    /// <summary>The version of an object that nothing has happened to.</summary>
    public static long VersionOf(int index) => 1_000 + index;

    /// <summary>The slice that a change of many is of.</summary>
    public static int ChangedSlice(long change, int slices) => (int)(change * Stride % slices);

    /// <summary>The Service of a slice.</summary>
    public static (string Namespace, string Name) ServiceOf(int slice, ClusterSize size) => (Namespace(slice % size.Services), Name(slice % size.Services));

    private static string Namespace(int service) => $"team-{service % Namespaces:000}";

    private static string Name(int service) => $"{Apps[service % Apps.Length]}-{service:00000}";

    private Dictionary<string, Hole> Holes(IReadOnlyList<CertificateChain> certificates) => new(StringComparer.Ordinal)
    {
        // All that belongs together has the same number; what there is more of than Services begins anew.
        ["name"] = (into, what) => AddName(into, what.Index % size.Services),
        ["ns"] = (into, what) => AddNamespace(into, what.Index % size.Services),
        ["version"] = (into, what) => into.Add(what.Version),
        ["uid"] = (into, what) => AddUid(into, what.Index),
        ["slice"] = (into, what) =>
        {
            AddName(into, what.Index % size.Services);
            into.Write("-"u8);
            into.Add(what.Index * 2_654_435_761L % 0xfffff, "x5");
        },
        ["certificate"] = (into, what) => into.Write(certificates[what.Index % certificates.Count].Chain),
        ["key"] = (into, what) => into.Write(certificates[what.Index % certificates.Count].Key),
        ["address"] = AddAddress,
        ["pod"] = (into, what) => into.Add((what.Index * EndpointsPerSlice) + what.Endpoint, "x5"),
        ["podUid"] = (into, what) => AddUid(into, (what.Index * EndpointsPerSlice) + what.Endpoint),
        ["node"] = (into, what) =>
        {
            into.Add((what.Index + what.Endpoint) % 4);
            into.Write("-"u8);
            into.Add((what.Index + (what.Endpoint * 7)) % 250);
        },
        ["published"] = (into, _) => into.Add(PublishedAddress),
        ["zone"] = (into, what) => into.Write((what.Endpoint % 3) switch { 0 => "a"u8, 1 => "b"u8, _ => "c"u8 }),
    };

    private static void WriteEndpoints(Template endpoint, IBufferWriter<byte> into, Written what)
    {
        for (var number = 0; number < EndpointsPerSlice; number++)
        {
            into.Write(number == 0 ? [] : ","u8);
            endpoint.Write(into, what with { Endpoint = number });
        }
    }

    private static void AddName(IBufferWriter<byte> into, int service)
    {
        into.Add(Apps[service % Apps.Length]);
        into.Write("-"u8);
        into.Add(service, "00000");
    }

    private static void AddNamespace(IBufferWriter<byte> into, int service)
    {
        into.Write("team-"u8);
        into.Add(service % Namespaces, "000");
    }

    private static void AddUid(IBufferWriter<byte> into, int index)
    {
        into.Add(index * 2_654_435_761L % 0xffffffff, "x8");
        into.Write("-6f1c-4d3a-9b7e-"u8);
        into.Add(index, "x12");
    }

    // A change gives one of the endpoints another address, as when a pod is replaced.
    private static void AddAddress(IBufferWriter<byte> into, Written what)
    {
        if (what is { Revision: LastRevision, Endpoint: 0 })
        {
            into.Add(LastAddress);
            return;
        }

        var isReplaced = what.Revision > 0 && what.Endpoint == what.Revision % EndpointsPerSlice;
        var number = (what.Index * EndpointsPerSlice) + what.Endpoint + (isReplaced ? 1_000_000 + (what.Revision % 10_000_000) : 0);
        into.Write("10."u8);
        into.Add((number >> 16) & 255);
        into.Write("."u8);
        into.Add((number >> 8) & 255);
        into.Write("."u8);
        into.Add(number & 255);
    }
}
