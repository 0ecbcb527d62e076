using System.Globalization;
using System.Text;

namespace Sluice.Controller.Cluster;

/// <summary>What Kubernetes mounts into each pod that has a service account.</summary>
internal static class InCluster
{
    private const string Mount = "/var/run/secrets/kubernetes.io/serviceaccount";

    private static string Host => Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") ?? "";

    public static bool IsThere => Host.Length > 0 && File.Exists(Path.Join(Mount, "token"));

    /// <param name="mount">The folder of the service account; token and authorities in it are read again when they change.</param>
    public static ApiEndpoint Endpoint(string mount = Mount)
    {
        var authorities = new FreshFile(Path.Join(mount, "ca.crt"));
        var port = int.TryParse(Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_PORT"), CultureInfo.InvariantCulture, out var given) ? given : 443;
        var space = new FreshFile(Path.Join(mount, "namespace"));
        return new ApiEndpoint
        {
            Server = new UriBuilder("https", Host, port).Uri,
            Credentials = new Credentials.TokenFile(new FreshFile(Path.Join(mount, "token"))),
            Authorities = () => authorities.Read(),
            Namespace = File.Exists(space.Path) ? Encoding.UTF8.GetString(space.Read()).Trim() : "default",
        };
    }
}
