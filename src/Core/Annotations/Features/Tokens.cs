using System.Text.RegularExpressions;
using Sluice.Core.Values;

namespace Sluice.Core.Annotations.Features;

/// <summary>Tokens (JWT) that clients bring.</summary>
public static partial class Tokens
{
    private const Scopes Places = Scopes.Global | Scopes.Ingress;
    private const string ClaimExpected = "at most 256 printable ASCII characters without blanks";

    private static readonly string[] All = ["HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512"];

    public static readonly Setting<ObjectReference?> Secret = new(
        "jwt-secret", Places, ReferenceKinds.Secret, Fallback: null,
        "The Secret with the keys of tokens (JWT) that requests must bring as Authorization: Bearer; others get 401. Its key jwks holds a set of keys (RFC 7517), or its key key a public key in PEM "
        + "or a secret of 32 bytes at least. A token must not have expired, and must say when it does; 30 s are allowed for clocks that differ. One of another namespace needs a ReferenceGrant there, "
        + "unless the ConfigMap names it. The first use of an agent is a reload.",
        "shop/token-keys")
    { IsGuard = true };

    public static readonly Setting<EquatableArray<string>> Algorithms = new(
        "jwt-algorithms", Places, Kinds.WordList(All), Fallback: All.ToEquatableArray(),
        "The algorithms that tokens of jwt-secret may be signed by. Each takes keys of its kind only.", "RS256,ES256")
    { IsGuard = true, Needs = [Secret] };

    public static readonly Setting<string?> Issuer = new(
        "jwt-issuer", Places, Kinds.Text(ClaimExpected, text => Claim().IsMatch(text)), Fallback: null,
        "Who must have issued the tokens of jwt-secret (iss).", "https://login.example.com/")
    { IsGuard = true, Needs = [Secret] };

    public static readonly Setting<string?> Audience = new(
        "jwt-audience", Places, Kinds.Text(ClaimExpected, text => Claim().IsMatch(text)), Fallback: null,
        "For whom the tokens of jwt-secret must be (aud).", "shop")
    { IsGuard = true, Needs = [Secret] };

    public static readonly Setting<EquatableArray<ClaimHeader>> Claims = new(
        "jwt-claims-to-headers", Places, HeaderKinds.Claims, Fallback: [],
        "Claims of the tokens of jwt-secret that pods see, each as a header in place of what the client sent, also under names that differ in '-', '_' and the like: where a token has none, pods see none. "
        + "Lists are joined by commas; a value that cannot be told so, or is longer than 1.5 kB in all, is a 503. Needs HAProxy 3.4.", "sub X-User,email X-Email")
    { IsGuard = true, Needs = [Secret] };

    [GeneratedRegex(@"\A[!-~]{1,256}\z", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Claim();
}
