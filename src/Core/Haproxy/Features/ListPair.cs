namespace Sluice.Core.Haproxy.Features;

/// <summary>Two lists by which requests come or not: ALLOWED|DENIED, each the name of a set. One that is not there lets nobody in.</summary>
internal static class ListPair
{
    /// <summary>A key that each list has beside what it lists: that it is found says that the list is there.</summary>
    public const string Mark = "listed";

    // Stands for a list that is not asked for: everybody is allowed, nobody is denied.
    private const string NoList = "none";

    public static FeatureData Data(DataSet? allowed, DataSet? denied) => new(
        $"{allowed?.Name ?? NoList}|{denied?.Name ?? NoList}", [.. new[] { allowed, denied }.OfType<DataSet>().Distinct()]);

    /// <summary>Rules that refuse (403) what is not in the first list, and what is in the second.</summary>
    /// <param name="variable">Holds the names of both.</param>
    /// <param name="subject">A variable with what is looked for.</param>
    /// <param name="lookup">The converter that looks it up.</param>
    /// <param name="condition">When they count.</param>
    public static IEnumerable<string> Rules(string variable, string subject, string lookup, string condition)
    {
        string IsAsked(int field) => $"!{{ var({variable}),field({field},|) -m str {NoList} }}";
        string IsIn(int field) => $"{{ var({variable}),field({field},|),concat(:,{subject}),{lookup} -m found }}";
        return
        [
            $"http-request return status 403 default-errorfiles if {condition} {IsAsked(1)} !{IsIn(1)}",
            $"http-request return status 503 default-errorfiles if {condition} {IsAsked(2)} !{{ var({variable}),field(2,|),concat(:{Mark}),{lookup} -m found }}",
            $"http-request return status 403 default-errorfiles if {condition} {IsAsked(2)} {IsIn(2)}",
        ];
    }
}
