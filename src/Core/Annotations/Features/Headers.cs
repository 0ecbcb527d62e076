using Sluice.Core.Values;

namespace Sluice.Core.Annotations.Features;

/// <summary>Header fields that are changed on the way.</summary>
public static class Headers
{
    private const int MostSet = 1024;
    private const int MostAdded = 256;
    private const string Order = " Headers are removed first, then set, then added. Needs HAProxy 3.4.";
    private const string ByLine = " A line that cannot be read is left out.";

    public static readonly Setting<EquatableArray<HeaderLine>> RequestSet = new Setting<EquatableArray<HeaderLine>>(
            "request-set-header", Scopes.Global | Scopes.Ingress, HeaderKinds.RequestLines(MostSet), Fallback: [],
            "Headers that pods see with these values, in place of what the client sent, also under names with '_' for '-' or '-' for '_'." + Order + ByLine, "X-Tenant blue")
    { Separators = "\n" }
        .AlsoKnownAs(Dialect.HaproxyOrg, "request-set-header", HeaderKinds.Format(HeaderKinds.RequestLines(MostSet)));

    public static readonly Setting<EquatableArray<HeaderLine>> RequestAdd = new(
        "request-add-header", Scopes.Global | Scopes.Ingress, HeaderKinds.RequestLines(MostAdded), Fallback: [],
        "Headers that pods see beside what the client sent." + Order + ByLine, "X-Tenant blue")
    { Separators = "\n" };

    public static readonly Setting<EquatableArray<string>> RequestRemove = new(
        "request-remove-header", Scopes.Global | Scopes.Ingress, HeaderKinds.RequestNames, Fallback: [],
        "Headers of requests that pods do not see, also under names with '_' for '-' or '-' for '_'. With a name that cannot be read requests get 503, as pods may believe what they are not to see." + Order, "X-Debug,X-Internal")
    { IsGuard = true };

    public static readonly Setting<EquatableArray<HeaderLine>> ResponseSet = new Setting<EquatableArray<HeaderLine>>(
            "response-set-header", Scopes.Global | Scopes.Ingress, HeaderKinds.ResponseLines(MostSet), Fallback: [],
            "Headers that clients see with these values, in place of what the pod sent, also on answers of our own." + Order + ByLine, "X-Frame-Options DENY")
    { Separators = "\n" }
        .AlsoKnownAs(Dialect.HaproxyOrg, "response-set-header", HeaderKinds.Format(HeaderKinds.ResponseLines(MostSet)));

    public static readonly Setting<EquatableArray<HeaderLine>> ResponseAdd = new(
        "response-add-header", Scopes.Global | Scopes.Ingress, HeaderKinds.ResponseLines(MostAdded), Fallback: [],
        "Headers that clients see beside what the pod sent, also on answers of our own." + Order + ByLine, "Vary Accept-Language")
    { Separators = "\n" };

    public static readonly Setting<EquatableArray<string>> ResponseRemove = new(
        "response-remove-header", Scopes.Global | Scopes.Ingress, HeaderKinds.ResponseNames, Fallback: [],
        "Headers of responses that clients do not see. A name that cannot be read is left out." + Order, "X-Powered-By,Server")
    { Separators = ",\n " };

    public static readonly Setting<bool> ForwardedFor = new Setting<bool>(
            "forwarded-for", Scopes.Everywhere, Kinds.Bool, Fallback: true,
            "Whether pods see X-Forwarded-For. X-Real-IP and the other headers of a proxy are sent all the same.", "false")
        .AlsoKnownAs(Dialect.HaproxyOrg, "forwarded-for");

    public static readonly Setting<bool> Hsts = new(
        "hsts", Scopes.Global | Scopes.Ingress, Kinds.Bool, Fallback: false,
        "Whether browsers are told to come over https only (Strict-Transport-Security). Only responses over https tell it.", "true");

    public static readonly Setting<int> HstsMaxAge = new(
        "hsts-max-age", Scopes.Global | Scopes.Ingress, Kinds.Number(0, 1_000_000_000), Fallback: 31_536_000,
        "For how many seconds browsers remember hsts; with 0 they forget it.", "63072000")
    { Needs = [Hsts] };

    public static readonly Setting<bool> HstsIncludeSubdomains = new(
        "hsts-include-subdomains", Scopes.Global | Scopes.Ingress, Kinds.Bool, Fallback: false,
        "Whether hsts holds for all hosts below, too.", "true")
    { Needs = [Hsts] };

    public static readonly Setting<bool> HstsPreload = new(
        "hsts-preload", Scopes.Global | Scopes.Ingress, Kinds.Bool, Fallback: false,
        "Whether browsers may have the host in their lists from the start. They ask for hsts-include-subdomains and a year in hsts-max-age.", "true")
    { Needs = [Hsts] };
}
