using Sluice.Core.Values;

namespace Sluice.Core.Annotations.Features;

/// <summary>Who pods are, over TLS, and who we are to them.</summary>
public static class PodTls
{
    private static readonly ValueKind<string?> Name = Kinds.Text("a DNS name", KubernetesName.IsSubdomain);

    public static readonly Setting<ObjectReference?> ServerCa = new Setting<ObjectReference?>(
            "server-ca", Scopes.Everywhere, ReferenceKinds.Secret, Fallback: null,
            "A Secret with the certificates of authorities, as PEM under ca.crt or else tls.crt. Pods are spoken to over TLS, and only those that show a certificate "
            + "of one of these; others get no requests, which get 503. Their names are not compared, unless server-sni or server-verify-host says with what. "
            + "While the Secret is missing or cannot be read, requests get 503. With another content, new connections are made with it, and the former ones end with their requests.",
            "pod-ca")
    { IsGuard = true }
        .AlsoKnownAs(Dialect.HaproxyOrg, "server-ca");

    public static readonly Setting<ObjectReference?> ServerCrt = new Setting<ObjectReference?>(
            "server-crt", Scopes.Everywhere, ReferenceKinds.Secret, Fallback: null,
            "A Secret of type kubernetes.io/tls with the certificate that pods are shown, over TLS. While it is missing or cannot be read, requests get 503.", "client-certificate")
    { IsGuard = true }
        .AlsoKnownAs(Dialect.HaproxyOrg, "server-crt");

    public static readonly Setting<string?> ServerSni = new(
        "server-sni", Scopes.Everywhere, Name, Fallback: null,
        "The server name that pods are asked for over TLS. With server-ca, their certificates must be for this name. Without it the host of the request, and with server-ca none.",
        "orders.internal")
    { IsGuard = true };

    public static readonly Setting<string?> ServerVerifyHost = new(
        "server-verify-host", Scopes.Everywhere, Name, Fallback: null,
        "The name that the certificates of pods must be for, where none is asked for by server-sni. Without server-ca requests get 503.", "orders.shop.svc")
    { IsGuard = true };
}
