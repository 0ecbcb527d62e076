using Sluice.Core.Values;

namespace Sluice.Core.Annotations;

/// <summary>Where a setting may stand.</summary>
[Flags]
public enum Scopes
{
    None = 0,

    /// <summary>A key of the controller's ConfigMap.</summary>
    Global = 1,

    /// <summary>An annotation of an Ingress.</summary>
    Ingress = 2,

    /// <summary>An annotation of a Service.</summary>
    Service = 4,

    Everywhere = Global | Ingress | Service,
}

/// <summary>Whose annotations are read beside our own, under which prefix.</summary>
public sealed record Dialect(string Name, string Prefix)
{
    public static readonly Dialect Own = new("sluice", "sluice.dev/");
    public static readonly Dialect HaproxyOrg = new("haproxytech", "haproxy.org/") { OtherPrefixes = ["haproxy.com/", "ingress.kubernetes.io/", ""], HasSwitches = true };
    public static readonly Dialect HaproxyIngress = new("haproxy-ingress", "haproxy-ingress.github.io/");
    public static readonly Dialect Nginx = new("ingress-nginx", "nginx.ingress.kubernetes.io/");

    /// <summary>Prefixes under which the same annotations are read, too, where they do not stand under the one before.</summary>
    public EquatableArray<string> OtherPrefixes { get; init; }

    /// <summary>Whether on and enabled are true there, off and disabled false.</summary>
    public bool HasSwitches { get; init; }

    /// <summary>What a text means that cannot be read as it is; null if nothing.</summary>
    public string? Meaning(string text) => !HasSwitches ? null : text switch
    {
        "on" or "enabled" => "true",
        "off" or "disabled" => "false",
        _ => null,
    };
}

/// <summary>Another controller's name for a setting, and how it writes the value.</summary>
/// <param name="Dialect">Whose name it is.</param>
/// <param name="Name">The name.</param>
/// <param name="Expected">What is expected, where that differs from the setting's own.</param>
/// <param name="Normal">Reads text and writes it as we do; null if it cannot be read.</param>
public sealed record SettingAlias(Dialect Dialect, string Name, string Expected, Func<string, string?> Normal)
{
    public string Key => Dialect.Prefix + Name;

    /// <summary>Values that other settings have, by their names, where this key is used and nothing says otherwise: their defaults there.</summary>
    public EquatableMap<string> Brings { get; init; }

    /// <summary>The words that a value is of; none if it is not of words.</summary>
    public EquatableArray<string> Words { get; init; }
}

/// <summary>A setting that users can write, as the catalogue and the reference page see it.</summary>
public abstract record Setting(string Name, Scopes Scopes, string Summary, string Example)
{
    public string Key => Dialect.Own.Prefix + Name;

    public EquatableArray<SettingAlias> Aliases { get; init; }

    /// <summary>Whether it protects: where its value cannot be read, requests are refused instead of let through.</summary>
    public bool IsGuard { get; init; }

    /// <summary>What separates parts of a value of which each can be read by itself, so that only those are left out that cannot; empty if there are none.</summary>
    public string Separators { get; init; } = "";

    /// <summary>Settings of which it does nothing without one; none if it stands by itself.</summary>
    public EquatableArray<Setting> Needs { get; init; }

    public abstract string Expected { get; }

    /// <summary>The words that a value is of; none if it is not of words.</summary>
    public abstract EquatableArray<string> Words { get; }

    /// <summary>The default as text; empty where there is none.</summary>
    public abstract string FallbackText { get; }

    /// <summary>Reads text and writes it in the one usual way; null if it cannot be read as this setting's value.</summary>
    public abstract string? Normal(string text);
}

/// <summary>A setting with a value of type <typeparamref name="T"/>. Everything that depends on it derives from this one declaration.</summary>
public sealed record Setting<T>(string Name, Scopes Scopes, ValueKind<T> Kind, T Fallback, string Summary, string Example)
    : Setting(Name, Scopes, Summary, Example)
{
    public override string Expected => Kind.Expected;

    public override EquatableArray<string> Words => Kind.Words;

    public override string FallbackText => Kind.Format(Fallback);

    public override string? Normal(string text) => Kind.Parse(text, out var value) ? Kind.Format(value) : null;

    /// <param name="dialect">Whose name it is.</param>
    /// <param name="name">The name.</param>
    /// <param name="kind">How they write the value, where that differs.</param>
    public Setting<T> AlsoKnownAs(Dialect dialect, string name, ValueKind<T>? kind = null)
    {
        var theirs = kind ?? Kind;
        var alias = new SettingAlias(dialect, name, theirs.Expected, text => Read(text) ?? (dialect.Meaning(text) is { } meaning ? Read(meaning) : null)) { Words = theirs.Words };
        return this with { Aliases = Aliases.Append(alias).ToEquatableArray() };

        string? Read(string text) => theirs.Parse(text, out var value) ? Kind.Format(value) : null;
    }

    /// <summary>The name that was added last brings the default that another setting has there.</summary>
    public Setting<T> Bringing(string setting, string text)
    {
        var last = Aliases[^1];
        return this with { Aliases = Aliases.SkipLast(1).Append(last with { Brings = last.Brings.Append(KeyValuePair.Create(setting, text)).ToEquatableMap() }).ToEquatableArray() };
    }
}
