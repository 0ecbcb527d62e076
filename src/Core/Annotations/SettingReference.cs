using System.Text;
using Sluice.Core.Values;

namespace Sluice.Core.Annotations;

/// <summary>Writes the reference pages of settings and findings from their declarations.</summary>
public static class SettingReference
{
    private static readonly Dialect[] Dialects = [Dialect.HaproxyOrg, Dialect.HaproxyIngress, Dialect.Nginx];

    private const string Precedence = """
        The nearest counts: the Service goes before the Ingress, and the Ingress before the ConfigMap. Where an annotation has names
        of other controllers, too, our own goes before them. A value that cannot be read is told as a finding, and the default is
        used; where a guard cannot be read, the requests that it would guard get 503.
        """;

    /// <summary>What can stand in an annotation.</summary>
    public static string Annotations(IReadOnlyList<Setting> settings) => Page(
        $"""
        # Annotations

        <!-- Written from the declarations in src/Core/Annotations/Features by ./dev docs. -->

        A setting stands in an annotation of a Service or an Ingress, as `{Dialect.Own.Prefix}NAME`. Most can stand in the controller's
        [ConfigMap](configmap.md), too, as `NAME`, and hold for all then.
        {Precedence}
        What each costs: [docs/policies.md](../policies.md).

        """,
        [.. settings.Where(IsAnnotation)]);

    /// <summary>What can stand in the controller's ConfigMap.</summary>
    public static string ConfigMap(IReadOnlyList<Setting> settings) => Page(
        $"""
        # The controller's ConfigMap

        <!-- Written from the declarations in src/Core/Annotations/Features by ./dev docs. -->

        The ConfigMap that `--config` names holds what is set for all, each as `NAME`. It has two parts: what can stand here only, and
        the defaults for [annotations](annotations.md), where they are described:
        {string.Join(", ", InOrder(settings.Where(setting => IsAnnotation(setting) && setting.Scopes.HasFlag(Scopes.Global))).Select(setting => $"[{setting.Name}](annotations.md#{setting.Name})"))}.
        {Precedence}
        A change is live at once, at run time, where the setting does not say that it is a reload.

        """,
        [.. settings.Where(setting => !IsAnnotation(setting))]);

    /// <summary>The page that describes a setting, and the place on it.</summary>
    private static string Link(Setting setting) => $"{(IsAnnotation(setting) ? "annotations" : "configmap")}.md#{setting.Name}";

    private static bool IsAnnotation(Setting setting) => setting.Scopes != Scopes.Global;

    private static IEnumerable<Setting> InOrder(IEnumerable<Setting> settings) => settings.OrderBy(setting => setting.Name, StringComparer.Ordinal);

    private static string Page(string beginning, IReadOnlyList<Setting> settings)
    {
        var page = new StringBuilder(beginning).Append("""

            | Setting | Where | Default |
            |---|---|---|

            """);
        foreach (var setting in InOrder(settings))
        {
            page.Append($"| [{setting.Name}](#{setting.Name}) | {Places(setting.Scopes)} | {Fallback(setting)} |\n");
        }

        foreach (var setting in InOrder(settings))
        {
            Describe(page, setting);
        }

        return page.ToString();
    }

    private static void Describe(StringBuilder page, Setting setting)
    {
        page.Append($"""

            ## {setting.Name}

            {setting.Summary}

            - Where: {Places(setting.Scopes)}
            - Value: {setting.Expected}
            - Default: {Fallback(setting)}{(setting.Needs.Count > 0 ? $"\n- Needs: {string.Join(" or ", setting.Needs.Select(needed => $"[{needed.Name}]({Link(needed)})"))}" : "")}{(setting.IsGuard ? "\n- A guard: requests get 503 where it cannot be read" : "")}
            - Example: {Example(setting)}

            """);
        foreach (var dialect in Dialects.Where(dialect => setting.Aliases.Any(alias => alias.Dialect == dialect)))
        {
            var keys = setting.Aliases.Where(alias => alias.Dialect == dialect).Select(alias => $"`{(setting.Scopes == Scopes.Global ? alias.Name : alias.Key)}`");
            page.Append($"- Also read, from {dialect.Name}: {string.Join(", ", keys)}\n");
        }
    }

    /// <summary>What becomes of the keys of the controller of haproxy.org.</summary>
    public static string ForeignKeys(IReadOnlyList<ForeignKey> keys)
    {
        var page = new StringBuilder($"""
            # Annotations and ConfigMap keys of haproxy.org

            <!-- Written from src/Core/Annotations/ForeignKeys.cs and the aliases of settings by ./dev docs. -->

            An annotation is read with the prefix `{Dialect.HaproxyOrg.Prefix}`; where it is not given so, with
            {string.Join(", ", Dialect.HaproxyOrg.OtherPrefixes.Where(prefix => prefix.Length > 0).Select(prefix => $"`{prefix}`"))} or without one. A ConfigMap key has none, and is theirs unless it is a name
            of ours. A key that is ignored is not needed here; one that is refused asks for something that is not to be had. Both are
            told as a finding where they stand, and so is a value that asks for what is so anyway.

            | Key | Verdict | Setting | How it differs, or why not |
            |---|---|---|---|

            """);
        foreach (var key in keys)
        {
            var setting = HaproxyOrg.SettingOf(key.Name);
            page.Append($"| `{key.Name}` | {key.Verdict.ToString().ToLowerInvariant()} | {(setting is null ? "" : $"[{setting.Name}]({Link(setting)})")} | {key.Reason} |\n");
        }

        return page.ToString();
    }

    public static string Findings(IReadOnlyList<FindingCode> codes)
    {
        var page = new StringBuilder("""
            # Findings

            <!-- Written from src/Core/Values/FindingCode.cs by ./dev docs. -->

            A finding says what is wrong with an object, and what happens meanwhile. It costs what it names and nothing else.
            An error means that something asked for is not served as asked. Where other objects take part, the finding may settle
            without a change of the object that has it; the admission webhook never refuses an object for such a finding.

            | Finding | Severity | Other objects | What it means |
            |---|---|---|---|

            """);
        foreach (var code in codes)
        {
            page.Append($"| `{code.Id}` | {code.Severity} | {(code.DependsOnOthers ? "take part" : "no")} | {code.Summary} |\n");
        }

        return page.ToString();
    }

    private static string Places(Scopes scopes) => string.Join(", ", new[]
    {
        scopes.HasFlag(Scopes.Service) ? "annotation of a Service" : "",
        scopes.HasFlag(Scopes.Ingress) ? "annotation of an Ingress" : "",
        scopes.HasFlag(Scopes.Global) ? "ConfigMap" : "",
    }.Where(place => place.Length > 0));

    private static string Fallback(Setting setting) => setting.FallbackText.Length > 0 ? $"`{setting.FallbackText}`" : "none";

    private static string Example(Setting setting) =>
        setting.Scopes != Scopes.Global ? $"`{setting.Key}: \"{setting.Example}\"`" : $"`{setting.Name}: \"{setting.Example}\"`";
}
