using Sluice.Core.Values;

namespace Sluice.Core.Annotations.Features;

/// <summary>Which clients may come.</summary>
public static class Access
{
    public static readonly Setting<EquatableArray<Cidr>?> AllowList = new Setting<EquatableArray<Cidr>?>(
            "allow-list", Scopes.Global | Scopes.Ingress, Kinds.OptionalCidrList, Fallback: null,
            "The only clients that may come; others get 403.", "10.0.0.0/8,2001:db8::/32")
    { IsGuard = true }
        .AlsoKnownAs(Dialect.HaproxyOrg, "allow-list")
        .AlsoKnownAs(Dialect.HaproxyOrg, "whitelist");

    public static readonly Setting<EquatableArray<Cidr>?> DenyList = new Setting<EquatableArray<Cidr>?>(
            "deny-list", Scopes.Global | Scopes.Ingress, Kinds.OptionalCidrList, Fallback: null,
            "Clients that may not come, also if they are in the allow-list: they get 403.", "192.0.2.0/24")
    { IsGuard = true }
        .AlsoKnownAs(Dialect.HaproxyOrg, "deny-list")
        .AlsoKnownAs(Dialect.HaproxyOrg, "blacklist");
}
