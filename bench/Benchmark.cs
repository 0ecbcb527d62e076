namespace Sluice.Bench;

/// <summary>A benchmark as the command line names it.</summary>
internal sealed record Benchmark(string Name, string Summary, Func<BenchSettings, CancellationToken, Task<Report>> Run);

/// <summary>What all benchmarks can be told.</summary>
/// <param name="Quick">A smoke run: it shows that the benchmark works, not how fast anything is.</param>
/// <param name="Minutes">How long to go on; null for as long as the benchmark thinks right.</param>
/// <param name="Rounds">How often; null for as often as the benchmark thinks right.</param>
internal sealed record BenchSettings(bool Quick, double? Minutes = null, int? Rounds = null)
{
    /// <summary>The controller: the executable of this build, or the one that is named, which is taken for one compiled ahead of time.</summary>
    public string Sluice { get; } = Environment.GetEnvironmentVariable("SLUICE_EXECUTABLE") is { Length: > 0 } named ? named : Repository.Sluice;

    public bool IsOwnSluice => Sluice == Repository.Sluice;

    /// <summary>The HAProxy executable.</summary>
    public string Haproxy { get; } = Environment.GetEnvironmentVariable("SLUICE_HAPROXY") is { Length: > 0 } named
        ? named
        : Path.Combine(Repository.Root, ".tools/haproxy/bin/haproxy");
}

/// <summary>A benchmark cannot be run here; the message says what to do.</summary>
internal sealed class BenchException(string message) : Exception(message);
