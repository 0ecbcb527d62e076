using Sluice.Core.Annotations.Features;
using Sluice.Core.Values;

namespace Sluice.Core.Annotations;

/// <summary>The settings that stand in one object: the ConfigMap, an Ingress or a Service.</summary>
/// <param name="Texts">Values by the name of the setting, in the one usual way of writing them.</param>
/// <param name="Unreadable">The names of settings that stand there with a value that cannot be read.</param>
public sealed record SettingValues(EquatableMap<string> Texts, EquatableArray<string> Unreadable)
{
    private const int LongestShown = 80;

    public static readonly SettingValues None = new(default, []);

    /// <summary>Whether a guard of another controller stands there that is not to be had here.</summary>
    public bool LacksGuard { get; init; }

    /// <summary>Defaults of another controller whose keys stand there, by the name of the setting.</summary>
    public EquatableMap<string> Defaults { get; init; }

    /// <summary>The object; null if there is none.</summary>
    public ResourceRef? Source { get; init; }

    /// <summary>The paths of the fields that the settings stand in, by name.</summary>
    public EquatableMap<string> Fields { get; init; }

    /// <summary>Reads the settings of an object. What cannot be read or is not known becomes a finding.</summary>
    public static SettingValues Read(ResourceRef source, Scopes scope, EquatableMap<string> texts, List<Finding> findings)
    {
        var found = new Dictionary<Setting, (SettingPlace Place, string Text)>(ReferenceEqualityComparer.Instance);
        var lacksGuard = false;
        foreach (var (key, text) in texts)
        {
            if (SettingCatalog.Place(key, scope) is not { } place)
            {
                lacksGuard |= ReportUnknown(source, scope, (key, text), findings);
            }
            else if (!place.IsUnset(text))
            {
                (SettingPlace Place, string Text) entry = (place, text);
                var other = found.GetValueOrDefault(place.Setting, entry);
                found[place.Setting] = place.Rank < other.Place.Rank ? entry : other;
                ReportOverruled(source, scope, found[place.Setting], place.Rank < other.Place.Rank ? other : entry, findings);
            }
        }

        return found.Count == 0 && !lacksGuard ? None : Read(source, scope, found, findings) with { LacksGuard = lacksGuard };
    }

    private static SettingValues Read(ResourceRef source, Scopes scope, Dictionary<Setting, (SettingPlace Place, string Text)> found, List<Finding> findings)
    {
        var meanwhile = found.TryGetValue(Canaries.Canary, out var canary) && canary.Place.Normal(canary.Text.Trim()) == "true" ? "the canary takes no requests" : "requests it would guard get 503";
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var unreadable = new List<string>();
        foreach (var (setting, (place, text)) in found.OrderBy(entry => entry.Key.Name, StringComparer.Ordinal))
        {
            if (place.Normal(text.Trim()) is { } normal)
            {
                values.Add(setting.Name, normal);
                continue;
            }

            if (Readable(place, text, out var left) is { } rest)
            {
                values.Add(setting.Name, rest);
                findings.Add(new Finding(source, Field(scope, place.Key), FindingCode.InvalidSetting, $"{Shown(left)} cannot be read, expected {place.Expected}; the rest counts"));
                continue;
            }

            unreadable.Add(setting.Name);
            findings.Add(new Finding(source, Field(scope, place.Key), FindingCode.InvalidSetting,
                $"value {Shown(text)} cannot be read, expected {place.Expected}{place.Hint(text)}; {(setting.IsGuard ? meanwhile : "the default is used")}"));
        }

        return new SettingValues(values.ToEquatableMap(), unreadable.ToEquatableArray())
        {
            Defaults = found.Values.SelectMany(entry => entry.Place.Brings).DistinctBy(entry => entry.Key).ToEquatableMap(),
            Source = source,
            Fields = found.Select(entry => KeyValuePair.Create(entry.Key.Name, Field(scope, entry.Value.Place.Key))).ToEquatableMap(),
        };
    }

    // The one that counts, and another key for the same setting.
    private static void ReportOverruled(ResourceRef source, Scopes scope, (SettingPlace Place, string Text) nearer, (SettingPlace Place, string Text) farther, List<Finding> findings)
    {
        if (farther.Place != nearer.Place && (Meaning(farther) != Meaning(nearer) || farther.Place.Brings != nearer.Place.Brings))
        {
            findings.Add(new Finding(source, Field(scope, farther.Place.Key), FindingCode.OverruledSetting,
                $"{nearer.Place.Key} stands there, too, does not mean the same, and goes before it; this one is ignored"));
        }

        // The order does not matter in a list.
        static string? Meaning((SettingPlace Place, string Text) entry) =>
            entry.Place.Normal(entry.Text.Trim()) is { } text ? string.Join(',', text.Split(',').Order(StringComparer.Ordinal)) : null;
    }

    // What remains without the parts that cannot be read; null if nothing does, or it counts as a whole only.
    private static string? Readable(SettingPlace place, string text, out string left)
    {
        var separators = place.Setting.Separators;
        var parts = separators.Length == 0 ? [] : text.Split(separators.ToCharArray(), StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var readable = parts.ToLookup(part => place.Normal(part) is not null);
        left = string.Join(", ", readable[false]);
        return readable[true].Any() && left.Length > 0 ? place.Normal(string.Join(separators[0], readable[true])) : null;
    }

    /// <summary>The path of the field that a key stands in, as findings name it.</summary>
    public static string Field(Scopes scope, string key) => scope == Scopes.Global ? $"data[{key}]" : $"metadata.annotations[{key}]";

    // Returns whether the key asks for a guard that is not to be had.
    private static bool ReportUnknown(ResourceRef source, Scopes scope, (string Key, string Text) entry, List<Finding> findings)
    {
        var (key, field) = (entry.Key, Field(scope, entry.Key));
        if (HaproxyOrg.UnreadKey(scope == Scopes.Global ? key : HaproxyOrg.NameIn(key), scope) is { } unread)
        {
            var reason = unread.Reason.TrimEnd('.');
            var isBuiltIn = entry.Text.AsSpan().Trim().IsEmpty || unread.IsBuiltIn(entry.Text.Trim());
            var isGuard = unread.IsGuard && (scope != Scopes.Global || unread.IsGlobal);
            findings.Add(isBuiltIn ? new Finding(source, field, FindingCode.NeedlessSetting, "this is so here anyway")
                : unread.Verdict == Verdict.Ignored ? new Finding(source, field, FindingCode.NeedlessSetting, $"this has no effect here: {reason}")
                : isGuard ? new Finding(source, field, FindingCode.UnsupportedGuard, $"this cannot be set up: {reason}")
                : new Finding(source, field, FindingCode.UnsupportedSetting, $"this has no effect here: {reason}"));
            return isGuard && !isBuiltIn;
        }

        if (scope != Scopes.Global && ForeignGuards.Includes(key))
        {
            findings.Add(new Finding(source, field, FindingCode.UnsupportedSetting, "this guard of another controller is not read: requests that it would refuse are let through"));
        }
        else if ((scope == Scopes.Global ? key : Below(Dialect.Own.Prefix, key) ?? Below(Dialect.HaproxyOrg.Prefix, key) ?? Below("haproxy.com/", key)) is { } name)
        {
            return ReportMisplaced(source, scope, (name, key), findings);
        }

        return false;
    }

    // A guard of ours that is not read closes what it was to guard; of the names of others, only those are guards that are theirs.
    private static bool ReportMisplaced(ResourceRef source, Scopes scope, (string Name, string Key) entry, List<Finding> findings)
    {
        var field = Field(scope, entry.Key);
        var isOwn = scope == Scopes.Global || entry.Key.StartsWith(Dialect.Own.Prefix, StringComparison.Ordinal);
        var known = SettingCatalog.Named(entry.Name);
        var closes = isOwn && scope != Scopes.Global && known?.IsGuard == true;
        findings.Add(known is null || !isOwn
            ? new Finding(source, field, FindingCode.UnknownSetting, $"there is no such setting and it is ignored{(known is null ? SettingCatalog.Hint(entry.Name, isOwn) : $", did you mean {known.Key}?")}")
            : closes
            ? new Finding(source, field, FindingCode.UnsupportedGuard, $"expected {Places(known.Scopes)}; requests get 503")
            : new Finding(source, field, FindingCode.MisplacedSetting, $"expected {Places(known.Scopes)}; it is ignored here"));
        return closes;
    }

    private static string Places(Scopes scopes) => string.Join(" or ", new[] { (Scopes.Ingress, "on an Ingress"), (Scopes.Service, "on a Service"), (Scopes.Global, "in the ConfigMap") }
        .Where(place => scopes.HasFlag(place.Item1)).Select(place => place.Item2));

    private static string? Below(string prefix, string key) => key.StartsWith(prefix, StringComparison.Ordinal) ? key[prefix.Length..] : null;

    private static string Shown(string text)
    {
        var shown = text.Length > LongestShown ? text[..LongestShown] + "…" : text;
        return $"'{string.Concat(shown.Select(c => char.IsControl(c) ? '?' : c))}'";
    }
}

/// <summary>What is set for a route or a backend, in layers: the nearest one that has a setting counts.</summary>
public sealed class SettingLayers(params IReadOnlyList<SettingValues> nearestFirst)
{
    // Each change reads a hundred settings of some layers, of which most are empty.
    private readonly SettingValues[] layers = [.. nearestFirst.Where(layer => !ReferenceEquals(layer, SettingValues.None))];

    public T Read<T>(Setting<T> setting)
    {
        foreach (var layer in layers)
        {
            if (layer.Texts.TryGetValue(setting.Name, out var text) && setting.Kind.Parse(text, out var value))
            {
                return value;
            }
        }

        foreach (var layer in layers)
        {
            if (layer.Defaults.TryGetValue(setting.Name, out var text) && setting.Kind.Parse(text, out var value))
            {
                return value;
            }
        }

        return setting.Fallback;
    }

    /// <summary>The object whose value counts; null if it is set nowhere.</summary>
    public ResourceRef? SourceOf(Setting setting) => Array.Find(layers, layer => layer.Texts.TryGetValue(setting.Name, out _))?.Source;

    /// <summary>Whether it is set in any layer.</summary>
    public bool Has(Setting setting) => Array.Exists(layers, layer => layer.Texts.TryGetValue(setting.Name, out _));

    /// <summary>Tells what is wrong with settings taken together, once, on the first of them that stands in an object.</summary>
    public void Report(ResourceRef source, string message, List<Finding> findings, params IEnumerable<Setting> settings) =>
        Report(source, FindingCode.InvalidSetting, message, findings, settings);

    /// <summary>The same for what is wrong in another way.</summary>
    public void Report(ResourceRef source, FindingCode code, string message, List<Finding> findings, params IEnumerable<Setting> settings)
    {
        var own = Array.Find(layers, layer => layer.Source == source);
        if (settings.Select(setting => own?.Fields[setting.Name]).FirstOrDefault(field => field is not null) is { } field
            && new Finding(source, field, code, message) is var finding && !findings.Contains(finding))
        {
            findings.Add(finding);
        }
    }

    /// <summary>Whether a guard's nearest value cannot be read, or a guard is asked for that is not to be had.</summary>
    public bool IsAnyGuardUnreadable() =>
        Array.Exists(layers, layer => layer.LacksGuard) || (Array.Exists(layers, layer => layer.Unreadable.Count > 0) && SettingCatalog.Guards.Any(IsUnreadable));

    /// <summary>Whether its nearest value cannot be read.</summary>
    public bool IsUnreadable(Setting setting) =>
        Array.Find(layers, layer => layer.Texts.TryGetValue(setting.Name, out _) || layer.Unreadable.Contains(setting.Name))?.Unreadable.Contains(setting.Name) == true;
}
