using System.Diagnostics.CodeAnalysis;
using Sluice.Core.Values;

namespace Sluice.Core.Annotations;

/// <summary>How it is written that a ConfigMap holds a value.</summary>
public static class ConfigMapKinds
{
    private const string Marker = "configmap:";
    private const string PatternFile = "patterns/";

    /// <summary>The ConfigMap itself, in the namespace of the object that names it or in another one.</summary>
    public static ValueKind<ConfigMapPart?> Name { get; } = new(
        "the name of a ConfigMap, perhaps with its namespace before: [namespace/]name",
        (string text, out ConfigMapPart? value) => (value = ConfigMapPart.Parse(text) is { Key: "" } part ? part : null) is not null,
        value => value?.ToString() ?? "");

    /// <summary>Blocks of addresses, in the text or in ConfigMaps.</summary>
    public static ValueKind<AddressSources> Addresses { get; } = new(
        "addresses or blocks such as 10.0.0.0/8, and configmap:NAME, configmap:NAMESPACE/NAME, configmap:NAMESPACE/NAME/KEY or patterns/KEY, separated by commas",
        Parse,
        value => value.ToString());

    /// <summary>The same where it may be left out altogether, but not be empty: an empty list lets nobody in, or everybody.</summary>
    public static ValueKind<AddressSources?> OptionalAddresses { get; } = new(
        Addresses.Expected,
        (string text, out AddressSources? value) => (value = Parse(text, out var sources) && sources != AddressSources.None ? sources : null) is not null,
        value => value?.ToString() ?? "");

    private static bool Parse(string text, [MaybeNullWhen(false)] out AddressSources value)
    {
        var (blocks, configMaps, files) = (new List<Cidr>(), new List<ConfigMapPart>(), new List<string>());
        value = null;
        foreach (var item in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (Cidr.TryParse(item, out var block))
            {
                blocks.Add(block);
            }
            else if (item.StartsWith(Marker, StringComparison.Ordinal) && ConfigMapPart.Parse(item[Marker.Length..]) is { } part)
            {
                configMaps.Add(part);
            }
            else if (item.StartsWith(PatternFile, StringComparison.Ordinal) && ConfigMapPart.IsKey(item[PatternFile.Length..]))
            {
                files.Add(item[PatternFile.Length..]);
            }
            else
            {
                return false;
            }
        }

        value = new AddressSources(blocks.ToEquatableArray(), configMaps.ToEquatableArray(), files.ToEquatableArray());
        return true;
    }

    /// <summary>Writes sources as they are read.</summary>
    internal static string Format(AddressSources sources) => string.Join(
        ',', [.. sources.Blocks.Select(block => block.ToString()), .. sources.ConfigMaps.Select(part => Marker + part), .. sources.PatternFiles.Select(key => PatternFile + key)]);
}

/// <summary>A list of clients as it is written: blocks, and where more of them are.</summary>
/// <param name="Blocks">Blocks in the text itself.</param>
/// <param name="ConfigMaps">ConfigMaps with a block in each line.</param>
/// <param name="PatternFiles">Keys of the ConfigMap that the setting pattern-files names.</param>
public sealed record AddressSources(EquatableArray<Cidr> Blocks, EquatableArray<ConfigMapPart> ConfigMaps, EquatableArray<string> PatternFiles)
{
    public static readonly AddressSources None = new([], [], []);

    public override string ToString() => ConfigMapKinds.Format(this);
}
