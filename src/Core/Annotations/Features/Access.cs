using Sluice.Core.Values;

namespace Sluice.Core.Annotations.Features;

/// <summary>Which clients may come.</summary>
public static class Access
{
    public static readonly Setting<AddressSources?> AllowList = new Setting<AddressSources?>(
            "allow-list", Scopes.Global | Scopes.Ingress, ConfigMapKinds.OptionalAddresses, Fallback: null,
            "The only clients that may come; others get 403. A ConfigMap holds an address or block in each line, and comments after #; its change is live at once. "
            + "Of the ConfigMap that pattern-files names, patterns/KEY is one key. A list that is not there, or has a line that cannot be read, gives 503.",
            "10.0.0.0/8,2001:db8::/32,configmap:office")
    { IsGuard = true }
        .AlsoKnownAs(Dialect.HaproxyOrg, "allow-list")
        .AlsoKnownAs(Dialect.HaproxyOrg, "whitelist");

    public static readonly Setting<AddressSources?> DenyList = new Setting<AddressSources?>(
            "deny-list", Scopes.Global | Scopes.Ingress, ConfigMapKinds.OptionalAddresses, Fallback: null,
            "Clients that may not come, also if they are in the allow-list: they get 403. Lists are written as in allow-list.", "192.0.2.0/24")
    { IsGuard = true }
        .AlsoKnownAs(Dialect.HaproxyOrg, "deny-list")
        .AlsoKnownAs(Dialect.HaproxyOrg, "blacklist");

    public static readonly Setting<string?> SourceHeader = new Setting<string?>(
            "src-ip-header", Scopes.Global | Scopes.Ingress,
            Kinds.Text("the name of a header: letters, digits, - and _, at most 64 of them", IsHeader), Fallback: null,
            "The header in which trusted-proxies tell the client's address, by which limits and lists judge and which pods get as X-Real-IP, instead of X-Forwarded-For. "
            + "From others it is not believed. Of several lines, and of several addresses in one, the last counts; where it is none, X-Forwarded-For does.",
            "CF-Connecting-IP")
    { IsGuard = true, Needs = [Globals.TrustedProxies] }
        .AlsoKnownAs(Dialect.HaproxyOrg, "src-ip-header");

    public static readonly Setting<ConfigMapPart?> PatternFiles = new(
        "pattern-files", Scopes.Global, ConfigMapKinds.Name, Fallback: null,
        "The ConfigMap whose keys the lists of all Ingresses may name as patterns/KEY.", "sluice-system/patterns");

    private static bool IsHeader(string text) => text.Length is > 0 and <= 64 && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');
}
