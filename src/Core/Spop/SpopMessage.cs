using System.Text;

namespace Sluice.Core.Spop;

/// <summary>A message with its arguments, in the order in which the configuration lists them.</summary>
public sealed record SpopMessage(string Name, IReadOnlyList<(string Name, SpopValue Value)> Arguments)
{
    /// <summary>The text of an argument, one byte a character (Latin-1); null if it is absent or no text.</summary>
    public string? Text(string name) => Value(name) is { Kind: SpopKind.Text or SpopKind.Binary } value ? Text(value) : null;

    /// <summary>The bytes of an argument; none if it is absent.</summary>
    public ReadOnlyMemory<byte> Bytes(string name) => Value(name)?.Bytes ?? default;

    internal static string Text(SpopValue value) => Encoding.Latin1.GetString(value.Bytes.Span);

    private SpopValue? Value(string name)
    {
        foreach (var (argument, value) in Arguments)
        {
            if (argument == name)
            {
                return value;
            }
        }

        return null;
    }
}

/// <summary>A variable of a request that an answer sets; HAProxy puts its own prefix before the name.</summary>
public sealed record SpopVariable(string Name, SpopValue Value);
