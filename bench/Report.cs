using System.Text;

namespace Sluice.Bench;

/// <summary>What a benchmark found: notes on how it was done, a table, and its gates.</summary>
internal sealed record Report(string Title, IReadOnlyList<string> Notes, TextTable Table, IReadOnlyList<Gate> Gates)
{
    public bool IsMet => Gates.All(gate => gate.IsMet || gate.IsInformational);

    /// <summary>Prints all of it; the last line holds the figures.</summary>
    public void Print()
    {
        foreach (var note in Notes)
        {
            Console.WriteLine(note);
        }

        Console.WriteLine();
        Console.WriteLine(Table);
        Console.WriteLine(Summary());
    }

    /// <summary>Writes it as the last result, to be committed.</summary>
    public void Save(string name)
    {
        var text = new StringBuilder($"# {Title}\n\n{DateTime.UtcNow:yyyy-MM-dd}, {Machine.Describe()}\n\n");
        foreach (var note in Notes)
        {
            text.Append("- ").Append(note).Append('\n');
        }

        text.Append('\n').Append(Table).Append('\n').Append(Summary()).Append('\n');
        Directory.CreateDirectory(Repository.Results);
        File.WriteAllText(Path.Combine(Repository.Results, name + ".md"), text.ToString());
    }

    private string Summary()
    {
        var verdict = IsMet ? "all gates met" : "GATE MISSED: " + string.Join(", ", Gates.Where(gate => !gate.IsMet && !gate.IsInformational).Select(gate => gate.Name));
        return $"{string.Join(", ", Gates)}; {verdict}";
    }
}

/// <summary>A figure with what it must not exceed, or with what it must reach.</summary>
internal sealed record Gate(string Name, double Figure, double Limit, string Unit = "", bool IsInformational = false, bool IsLeast = false)
{
    public bool IsMet => IsLeast ? Figure >= Limit : Figure <= Limit;

    public override string ToString() => $"{Name} {Number(Figure)}{Unit} ({(IsInformational ? "aim" : "gate")} {Number(Limit)}{Unit})";

    private static string Number(double value) => value == Math.Truncate(value) ? $"{value:0}" : $"{value:0.00}";
}
