namespace Sluice.Bench.ClusterRead;

/// <summary>What a process holds in memory, in MB of a million bytes.</summary>
internal static class ProcessMemory
{
    public static double Resident(string process = "self") => Read(process, "VmRSS:");

    /// <summary>The most that it ever held.</summary>
    public static double Peak(string process = "self") => Read(process, "VmHWM:");

    private static double Read(string process, string field)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith(field, StringComparison.Ordinal));
        return double.Parse(line[field.Length..].Replace("kB", "", StringComparison.Ordinal).Trim()) * 1024 / 1e6;
    }
}
