using Sluice.Core.Values;

namespace Sluice.Core.Annotations;

/// <summary>
/// Reads settings from the text of one object: the annotations of an Ingress, or the data of the ConfigMap. What
/// cannot be read becomes a finding and leaves the setting at what it would be without it.
/// </summary>
public sealed class SettingReader(ResourceRef source, Scopes scope, EquatableMap<string> texts, List<Finding> findings)
{
    private const int LongestShown = 80;

    /// <summary>The value that stands here, under our own name or else under another controller's; else <paramref name="otherwise"/>.</summary>
    public T Read<T>(Setting<T> setting, T otherwise)
    {
        foreach (var key in Keys(setting))
        {
            if (!texts.TryGetValue(key, out var text))
            {
                continue;
            }

            if (setting.Kind.Parse(text.Trim(), out var value))
            {
                return value;
            }

            findings.Add(new Finding(source, Field(key), FindingCode.InvalidSetting,
                $"value {Shown(text)} cannot be read, expected {setting.Expected}; the default is used"));
            return otherwise;
        }

        return otherwise;
    }

    public T Read<T>(Setting<T> setting) => Read(setting, setting.Fallback);

    /// <summary>Adds a finding for each key under our own prefix that is not one of ours.</summary>
    public void ReportUnknown()
    {
        foreach (var (key, _) in texts)
        {
            if (OwnName(key) is { } name && SettingCatalog.Find(name, scope) is null)
            {
                var hint = SettingCatalog.Nearest(name, scope) is { } near ? $", did you mean {near}?" : "";
                findings.Add(new Finding(source, Field(key), FindingCode.UnknownSetting, $"there is no such setting and it is ignored{hint}"));
            }
        }
    }

    private IEnumerable<string> Keys(Setting setting) =>
        scope == Scopes.Global ? [setting.Name] : [setting.Key, .. setting.Aliases.Select(alias => alias.Key)];

    private string? OwnName(string key) =>
        scope == Scopes.Global ? key
        : key.StartsWith(Dialect.Own.Prefix, StringComparison.Ordinal) ? key[Dialect.Own.Prefix.Length..]
        : null;

    private string Field(string key) => scope == Scopes.Global ? $"data[{key}]" : $"metadata.annotations[{key}]";

    private static string Shown(string text)
    {
        var shown = text.Length > LongestShown ? text[..LongestShown] + "…" : text;
        return $"'{string.Concat(shown.Select(c => char.IsControl(c) ? '?' : c))}'";
    }
}
