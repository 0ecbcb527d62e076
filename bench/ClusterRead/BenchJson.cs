using System.Text.Json.Serialization;

namespace Sluice.Bench.ClusterRead;

/// <summary>What the processes of a benchmark tell each other.</summary>
[JsonSerializable(typeof(Ceiling))]
[JsonSerializable(typeof(Reading))]
internal sealed partial class BenchJson : JsonSerializerContext;
