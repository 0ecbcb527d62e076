namespace Sluice.Core.Annotations.Features;

/// <summary>How clients prove who they are.</summary>
public static class Auth
{
    private const Scopes Places = Scopes.Global | Scopes.Ingress;
    private const string Asks = " The first use of an agent is a reload.";

    public static readonly Setting<AuthType> Type = new Setting<AuthType>(
            "auth-type", Places, Kinds.OneOf(("basic-auth", AuthType.Basic), ("none", AuthType.None)), Fallback: AuthType.None,
            "How clients prove who they are: basic-auth asks for a user and a password of the Secret in auth-secret, and others get 401; none asks for nothing, whatever "
            + "the ConfigMap says. An agent of ours checks them; while it is away, requests get 503." + Asks,
            "basic-auth")
    { IsGuard = true }
        .AlsoKnownAs(Dialect.HaproxyOrg, "auth-type", Kinds.OneOf(("basic-auth", AuthType.Basic), ("basic", AuthType.Basic), ("none", AuthType.None))).Bringing("auth-realm", "Protected-Content");

    public static readonly Setting<ObjectReference?> Secret = new Setting<ObjectReference?>(
            "auth-secret", Places, ReferenceKinds.Secret, Fallback: null,
            "The Secret with the users of auth-type: each key is a user and its value the hash of a password, or the key auth holds lines of user:hash as htpasswd writes them. "
            + "Hashes are bcrypt ($2y$), SHA-crypt ($5$, $6$), MD5-crypt ($apr1$, $1$), {SHA}, or DES-crypt (13 characters), of which only the first eight of a password count. One of another namespace needs a ReferenceGrant there, unless the ConfigMap names it.",
            "shop/users")
    { IsGuard = true }
        .AlsoKnownAs(Dialect.HaproxyOrg, "auth-secret");

    public static readonly Setting<string> Realm = new Setting<string>(
            "auth-realm", Places, AuthKinds.Realm, Fallback: "Protected Content",
            "What browsers show where they ask for the user and the password of auth-type.", "Staff only")
    { Needs = [Type] }
        .AlsoKnownAs(Dialect.HaproxyOrg, "auth-realm", AuthKinds.RealmWithoutBlanks);
}

/// <summary>How clients prove who they are, as far as a word says it.</summary>
public enum AuthType
{
    None,
    Basic,
}
