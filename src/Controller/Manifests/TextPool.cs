using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Sluice.Controller.Manifests;

/// <summary>
/// Texts that come again and again, such as namespaces, Services and ports, kept once. It remembers a few thousand and
/// forgets one for another, so it cannot grow. Several threads may use it: at worst a text is kept twice.
/// </summary>
/// <param name="size">How many it remembers at most; a power of two, or 0.</param>
internal sealed class TextPool(int size)
{
    private const int Longest = 96;

    private readonly string?[] slots = new string?[size];

    /// <summary>Remembers nothing.</summary>
    public static TextPool None { get; } = new(0);

    /// <summary>The text of a string or of a property's name.</summary>
    public string Read(ref Utf8JsonReader reader)
    {
        Span<char> text = stackalloc char[Longest];
        return slots.Length > 0 && !reader.ValueIsEscaped && !reader.HasValueSequence && reader.ValueSpan.Length <= Longest
            && Ascii.ToUtf16(reader.ValueSpan, text, out var length) == OperationStatus.Done
            ? Read(text[..length])
            : reader.GetString()!;
    }

    private string Read(ReadOnlySpan<char> text)
    {
        ref var slot = ref slots[string.GetHashCode(text, StringComparison.Ordinal) & (slots.Length - 1)];
        var known = slot;
        return known is not null && text.SequenceEqual(known) ? known : slot = text.ToString();
    }
}
