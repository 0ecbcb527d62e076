namespace Sluice.Bench;

/// <summary>Figures of the same kind.</summary>
internal sealed class Samples
{
    private readonly List<double> values = [];

    public IReadOnlyList<double> Values => values;

    public int Count => values.Count;

    public double Median => Percentile(50);

    public double Least => values.Min();

    public double Most => values.Max();

    public void Add(double value) => values.Add(value);

    /// <summary>The nearest rank; the middle of the two for the median of an even number.</summary>
    public double Percentile(double percent)
    {
        var sorted = values.Order().ToList();
        if (percent == 50 && sorted.Count % 2 == 0)
        {
            return (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
        }

        return sorted[Math.Clamp((int)Math.Ceiling(percent / 100 * sorted.Count) - 1, 0, sorted.Count - 1)];
    }
}
