using System.Text;

namespace Sluice.Bench;

/// <summary>A table of text that is also one in Markdown: the first column to the left, all others to the right.</summary>
internal sealed class TextTable(params string[] head)
{
    private readonly List<string[]> rows = [];

    public void Add(params string[] row) => rows.Add(row);

    public override string ToString()
    {
        var widths = head.Select((title, column) => Math.Max(4, rows.Select(row => row[column].Length).Append(title.Length).Max())).ToList();
        var text = new StringBuilder();
        Append(text, head, widths);
        text.Append("| ").AppendJoin(" | ", widths.Select((width, column) => column == 0 ? new string('-', width) : new string('-', width - 1) + ":")).Append(" |\n");
        foreach (var row in rows)
        {
            Append(text, row, widths);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, string[] row, List<int> widths) =>
        text.Append("| ").AppendJoin(" | ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).Append(" |\n");
}
