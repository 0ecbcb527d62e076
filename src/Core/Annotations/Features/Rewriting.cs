using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Annotations.Features;

/// <summary>What pods see of host and path.</summary>
public static class Rewriting
{
    public static readonly Setting<EquatableArray<PathRewrite>> PathRewrite = new Setting<EquatableArray<PathRewrite>>(
            "path-rewrite", Scopes.Global | Scopes.Ingress, WebKinds.Rewrites, Fallback: [],
            "What replaces the path for pods: of the lines, the first whose expression is found in the path. The whole path is replaced, the query stays. "
            + "For prefixes alone, strip-prefix and add-prefix cost less: expressions are tried one by one, those of all Ingresses.",
            @"^/v1/(.*) /api/\1")
        .AlsoKnownAs(Dialect.HaproxyOrg, "path-rewrite");

    public static readonly Setting<string> StripPrefix = new(
        "strip-prefix", Scopes.Ingress, WebKinds.PathPrefix, Fallback: "",
        "What is taken off the beginning of paths for pods, by whole elements, before path-rewrite: with /api, /api/x becomes /x, and /apix stays.", "/api");

    public static readonly Setting<string> AddPrefix = new(
        "add-prefix", Scopes.Ingress, WebKinds.PathPrefix, Fallback: "",
        "What is put before paths for pods, after strip-prefix and path-rewrite.", "/v2");

    public static readonly Setting<string> SetHost = new Setting<string>(
            "set-host", Scopes.Everywhere, WebKinds.Host, Fallback: "",
            "The Host that pods see. X-Forwarded-Host still tells what the client asked for.", "api.internal")
        .AlsoKnownAs(Dialect.HaproxyOrg, "set-host");
}
