using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Core.Values;

namespace Sluice.Controller.Cluster;

/// <summary>
/// A Lease (coordination.k8s.io/v1) as it was read. What is written back is the same object with another holder, so
/// that labels and whatever else stands in it stay.
/// </summary>
internal sealed record LeaseRecord
{
    private readonly string text;

    private LeaseRecord(string text, JsonObject lease)
    {
        this.text = text;
        var spec = lease["spec"] as JsonObject;
        Holder = (string?)spec?["holderIdentity"] ?? "";
        Seconds = (int?)spec?["leaseDurationSeconds"] ?? 0;
        Transitions = (int?)spec?["leaseTransitions"] ?? 0;
        AcquireTime = (string?)spec?["acquireTime"] ?? "";
        RenewTime = (string?)spec?["renewTime"] ?? "";
    }

    /// <summary>Who holds it; empty for nobody.</summary>
    public string Holder { get; }

    public int Seconds { get; }

    public int Transitions { get; }

    public string AcquireTime { get; }

    public string RenewTime { get; }

    /// <exception cref="InvalidDataException">It is no Lease.</exception>
    public static LeaseRecord Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var text = Encoding.UTF8.GetString(json);
            return JsonNode.Parse(text) is JsonObject lease ? new LeaseRecord(text, lease) : throw new InvalidDataException("a Lease was expected");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException("the API server sent a Lease that cannot be read", e);
        }
    }

    /// <summary>A Lease that nobody has made yet, held by <paramref name="holder"/>.</summary>
    public static string New(NamespacedName name, string holder, TimeSpan duration, DateTimeOffset now)
    {
        var lease = new JsonObject
        {
            ["apiVersion"] = ApiKind.Lease.ApiVersion,
            ["kind"] = ApiKind.Lease.Kind,
            ["metadata"] = new JsonObject { ["name"] = name.Name, ["namespace"] = name.Namespace },
        };
        return Write(lease, (holder, WholeSeconds(duration), Time(now), 0), now);
    }

    /// <summary>This Lease renewed by its holder, or taken over.</summary>
    public string HeldBy(string holder, TimeSpan duration, DateTimeOffset now) =>
        Write(Parse(), Holder == holder
            ? (holder, WholeSeconds(duration), AcquireTime, Transitions)
            : (holder, WholeSeconds(duration), Time(now), Transitions + 1), now);

    /// <summary>This Lease given back: the next one need not wait.</summary>
    public string Released(DateTimeOffset now) => Write(Parse(), ("", 1, Time(now), Transitions), now);

    /// <summary>Whether it says the same of the election; anything else in the object may differ.</summary>
    public bool SaysTheSame(LeaseRecord other) =>
        (Holder, Seconds, Transitions, AcquireTime, RenewTime) == (other.Holder, other.Seconds, other.Transitions, other.AcquireTime, other.RenewTime);

    private static string Write(JsonObject lease, (string Holder, int Seconds, string Acquired, int Transitions) value, DateTimeOffset now)
    {
        if (lease["spec"] is not JsonObject spec)
        {
            lease["spec"] = spec = [];
        }

        spec["holderIdentity"] = value.Holder;
        spec["leaseDurationSeconds"] = value.Seconds;
        spec["acquireTime"] = value.Acquired.Length > 0 ? value.Acquired : Time(now);
        spec["renewTime"] = Time(now);
        spec["leaseTransitions"] = value.Transitions;
        return lease.ToJsonString();
    }

    private static int WholeSeconds(TimeSpan duration) => Math.Max(1, (int)Math.Ceiling(duration.TotalSeconds));

    // What the API calls MicroTime.
    private static string Time(DateTimeOffset now) => now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private JsonObject Parse() => JsonNode.Parse(text)!.AsObject();
}
