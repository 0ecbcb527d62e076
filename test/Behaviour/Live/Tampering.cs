namespace Sluice.Behaviour.Live;

/// <summary>
/// What somebody can do to HAProxy behind our back, by every command that there is for it, and what the repair says. The
/// commands stand for one site: DIR is the state folder, SERVICE its backend, SERVER the server of it, HOST the host, CERT
/// the file of its certificate and NAME the name of that, OTHER the PEM of another certificate, ACL the number of a rule's
/// patterns and PATTERN the first of them.
/// </summary>
internal static class Tampering
{
    public static IReadOnlyList<(string Commands, string Saying)> OfRoutes { get; } =
    [
        ("del map DIR/maps/routes.map HOST/", "the entry HOST/ of the map Routes was missing"),
        ("set map DIR/maps/routes.map HOST/ nowhere", "the entry HOST/ of the map Routes had another value"),
        ("add map DIR/maps/routes.map HOST/ nowhere", "the map Routes had an entry HOST/ too many"),
        ("add map DIR/maps/routes.map other.test/ SERVICE", "the map Routes had an entry other.test/ too many"),
        ("clear map DIR/maps/routes.map", "the entry HOST/ of the map Routes was missing"),
        ("clear map DIR/maps/regex.map", "the regular expressions were others"),
        ("add map DIR/maps/wildcards.map test/ SERVICE", "the map Wildcards had an entry test/ too many"),
        ("add map DIR/maps/defaults.map / SERVICE", "the map Defaults had an entry / too many"),
        ("set server SERVICE/SERVER weight 0", "the server SERVICE/SERVER had another weight"),
        ("set server SERVICE/SERVER state drain", "the server SERVICE/SERVER was not ready"),
        ("set server SERVICE/SERVER state maint", "the server SERVICE/SERVER was not ready"),
        ("set server SERVICE/SERVER addr 127.0.0.9 port 9", "the server SERVICE/SERVER had another address"),
        ("set server SERVICE/SERVER addr 127.0.0.9 port 9;disable server SERVICE/SERVER", "the server SERVICE/SERVER had another address"),
        ("set maxconn server SERVICE/SERVER 1", "the server SERVICE/SERVER had another limit of connections"),
        ("set server SERVICE/SERVER health down", "the server SERVICE/SERVER was declared to be down"),
        ("set server SERVICE/SERVER health stopping", "the server SERVICE/SERVER was declared to be down"),
        ("disable server SERVICE/SERVER;del server SERVICE/SERVER", "the server SERVICE/SERVER was missing"),
        ("add server SERVICE/odd 127.0.0.9:9;enable server SERVICE/odd", "there was a server SERVICE/odd"),
        ("unpublish backend SERVICE", "the backend SERVICE took no requests"),
        ("unpublish backend SERVICE;disable server SERVICE/SERVER;del server SERVICE/SERVER;del backend SERVICE", "the backend SERVICE was missing"),
        ("unpublish backend unavailable", "the backend unavailable took no requests"),
        ("add backend odd from standard;add server odd/s 127.0.0.9:9;publish backend odd", "there was a backend odd"),
        ("DRAIN", "the health port said that HAProxy was about to end"),
        ("disable frontend http", "the frontend http was disabled"),
        ("set maxconn frontend http 1", "the frontend http had another limit of connections"),
        ("set maxconn global 50", "the limit of connections was another"),
        ("set rate-limit connections global 1", "there was a rate limit of connections"),
        ("set rate-limit sessions global 1", "there was a rate limit of sessions"),
        ("set rate-limit ssl-sessions global 1", "there was a rate limit of ssl-sessions"),
    ];

    public static IReadOnlyList<(string Commands, string Saying)> OfCertificates { get; } =
    [
        ("del ssl crt-list DIR/certs.list CERT", "the certificate NAME was missing"),
        ("del ssl crt-list DIR/certs.list CERT;del ssl cert CERT", "the certificate NAME was missing"),
        ("set ssl cert CERT <<\nOTHER;commit ssl cert CERT", "CERT was another certificate"),
        ("set ssl cert CERT <<\nOTHER", "a replacement of CERT was begun"),
        ("set ssl cert DIR/certs/default.pem <<\nOTHER;commit ssl cert DIR/certs/default.pem", "DIR/certs/default.pem was another certificate"),
        ("add ssl crt-list DIR/certs.list <<\nCERT odd.test\n", "CERT was listed otherwise, or should not have been"),
        ("new ssl cert /odd.pem;set ssl cert /odd.pem <<\nOTHER;commit ssl cert /odd.pem;add ssl crt-list DIR/certs.list <<\n/odd.pem HOST\n", "/odd.pem was listed otherwise, or should not have been"),
        ("new ssl cert /odd.pem", "there was a certificate /odd.pem"),
    ];

    /// <summary>Has the health port answer as if HAProxy were about to end; what it begins with holds for the connection.</summary>
    public const string Drain = "experimental-mode on; set var proc.draining expr bool(true)";

    /// <summary>What only a reload can mend.</summary>
    public static IReadOnlyList<(string Commands, string Saying)> OfProgram { get; } =
    [
        ("shutdown frontend http", "the frontend http was shut down"),
        ("clear acl #ACL", "patterns of its rules were changed"),
        ("add acl #ACL /more", "patterns of its rules were changed"),
        ("del acl #ACL PATTERN;add acl #ACL /more", "patterns of its rules were changed"),
    ];
}
