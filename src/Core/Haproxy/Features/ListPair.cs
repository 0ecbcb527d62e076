namespace Sluice.Core.Haproxy.Features;

/// <summary>Two lists by which requests come or not: ALLOWED|DENIED, each the name of a set. A set that is not there lets nobody in by the first.</summary>
internal static class ListPair
{
    // Stands for a list that is not asked for: everybody is allowed, nobody is denied.
    private const string NoList = "none";

    public static FeatureData Data(DataSet? allowed, DataSet? denied) => new(
        $"{allowed?.Name ?? NoList}|{denied?.Name ?? NoList}", [.. new[] { allowed, denied }.OfType<DataSet>().Distinct()]);

    /// <summary>Rules that refuse (403) what is not in the first list, and what is in the second.</summary>
    /// <param name="variable">Holds the names of both.</param>
    /// <param name="lookup">What is found behind the name of a list in which the request is.</param>
    /// <param name="condition">When they count.</param>
    public static IEnumerable<string> Rules(string variable, string lookup, string condition) =>
    [
        $"http-request return status 403 default-errorfiles if {condition} !{{ var({variable}),field(1,|) -m str {NoList} }} !{{ var({variable}),field(1,|),{lookup} -m found }}",
        $"http-request return status 403 default-errorfiles if {condition} !{{ var({variable}),field(2,|) -m str {NoList} }} {{ var({variable}),field(2,|),{lookup} -m found }}",
    ];
}
