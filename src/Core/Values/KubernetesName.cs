using System.Globalization;

namespace Sluice.Core.Values;

/// <summary>What Kubernetes allows as the name of an object. Anything else is refused where objects are read.</summary>
public static class KubernetesName
{
    /// <summary>A DNS-1123 label: namespaces, Services, port names. At most 63 characters of a-z, 0-9 and '-'.</summary>
    public static bool IsLabel(string? text) =>
        text is { Length: > 0 and <= 63 } && !text.AsSpan().ContainsAnyExcept(LabelCharacters) && text[0] != '-' && text[^1] != '-';

    /// <summary>A DNS-1123 subdomain: most other names. At most 253 characters of a-z, 0-9, '-' and '.'.</summary>
    public static bool IsSubdomain(string? text)
    {
        if (text is not { Length: > 0 and <= 253 })
        {
            return false;
        }

        foreach (var part in text.AsSpan().Split('.'))
        {
            var label = text.AsSpan(part);
            if (label.IsEmpty || label.ContainsAnyExcept(LabelCharacters) || label[0] == '-' || label[^1] == '-')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A port of a Service: its number, written in the one usual way, or its name.</summary>
    public static bool IsPort(string text) => text.All(char.IsAsciiDigit)
        ? int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 65536 && text[0] != '0'
        : IsLabel(text);

    private static readonly System.Buffers.SearchValues<char> LabelCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");
}
