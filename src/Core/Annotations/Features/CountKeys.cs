using System.Diagnostics.CodeAnalysis;
using Sluice.Core.Model;

namespace Sluice.Core.Annotations.Features;

/// <summary>How it is written which requests are counted together.</summary>
internal static class CountKeys
{
    private const string Client = "client";
    private const string Ingress = "ingress";
    private const string Header = "header:";
    private const int LongestName = 64;

    public static ValueKind<CountKey> Kind { get; } = new(
        "client, ingress, or header:NAME with a name of letters, digits, - and _",
        Parse,
        value => value.Kind switch
        {
            CountKind.Ingress => Ingress,
            CountKind.Header => Header + value.Header,
            _ => Client,
        })
    { Words = [Client, Ingress, Header] };

    private static bool Parse(string text, [MaybeNullWhen(false)] out CountKey value)
    {
        var name = text.StartsWith(Header, StringComparison.Ordinal) ? text[Header.Length..].ToLowerInvariant() : "";
        var isName = name.Length is > 0 and <= LongestName && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');
        value = text switch
        {
            Client => CountKey.Client,
            Ingress => new CountKey(CountKind.Ingress),
            _ => isName ? new CountKey(CountKind.Header, name) : null,
        };
        return value is not null;
    }
}
