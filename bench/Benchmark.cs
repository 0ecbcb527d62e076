namespace Sluice.Bench;

/// <summary>A benchmark as the command line names it.</summary>
internal sealed record Benchmark(string Name, string Summary, Func<BenchSettings, CancellationToken, Task<Report>> Run);

/// <summary>What all benchmarks can be told.</summary>
/// <param name="Quick">A smoke run: it shows that the benchmark works, not how fast anything is.</param>
internal sealed record BenchSettings(bool Quick)
{
    /// <summary>The HAProxy executable.</summary>
    public string Haproxy { get; } = Environment.GetEnvironmentVariable("SLUICE_HAPROXY") is { Length: > 0 } named
        ? named
        : Path.Combine(Repository.Root, ".tools/haproxy/bin/haproxy");
}

/// <summary>A benchmark cannot be run here; the message says what to do.</summary>
internal sealed class BenchException(string message) : Exception(message);
