namespace Sluice.Bench;

/// <summary>What a result says about the machine it comes from: nothing that names it.</summary>
internal static class Machine
{
    public static string Describe()
    {
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        var kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        return $"{Environment.ProcessorCount} cores, {model?.Split(':', 2)[1].Trim() ?? "unknown CPU"}, Linux {kernel}";
    }

    /// <summary>How busy others keep the machine: processes that ran or wanted to, in the last minute.</summary>
    public static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];
}
