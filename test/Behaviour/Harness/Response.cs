using System.Globalization;
using System.Text;

namespace Sluice.Behaviour.Harness;

/// <summary>An answer as a client saw it.</summary>
public sealed record Response(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>All values of a header, joined as HTTP allows; null where it is absent.</summary>
    public string? this[string header]
    {
        get
        {
            var values = Headers.Where(h => h.Key.Equals(header, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value).ToList();
            return values.Count == 0 ? null : string.Join(", ", values);
        }
    }

    public string Text => Encoding.UTF8.GetString(Body.Span);

    /// <summary>What the pod saw. Only for answers of a pod.</summary>
    public Echo Echo => Status == 200 ? Echo.Parse(Body.Span) : throw new InvalidOperationException($"Not an answer of a pod: {this}");

    /// <summary>Who answered: the name of the pod, else the status.</summary>
    public string Outcome => Status == 200 ? Echo.Pod : Status.ToString(CultureInfo.InvariantCulture);

    public override string ToString() =>
        $"{Status}\n{string.Join("\n", Headers.Select(h => $"{h.Key}: {h.Value}"))}\n\n{Text[..Math.Min(Text.Length, 500)]}";
}
