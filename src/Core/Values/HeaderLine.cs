using System.Buffers;

namespace Sluice.Core.Values;

/// <summary>A header field: its name in lower case, and its value.</summary>
public readonly record struct HeaderLine(string Name, string Value)
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Whether it is a token (RFC 9110, section 5.6.2), of at most 64 characters.</summary>
    public static bool IsName(string text) => text.Length is > 0 and <= 64 && !text.AsSpan().ContainsAnyExcept(NameCharacters);

    public override string ToString() => $"{Name} {Value}";
}
