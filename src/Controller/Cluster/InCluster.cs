using System.Globalization;
using System.Text;

namespace Sluice.Controller.Cluster;

/// <summary>What Kubernetes mounts into each pod that has a service account.</summary>
public static class InCluster
{
    private const string Mount = "/var/run/secrets/kubernetes.io/serviceaccount";

    private static string ServiceHost => Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") ?? "";

    public static bool IsThere => ServiceHost.Length > 0 && File.Exists(Path.Join(Mount, "token"));

    public static ApiEndpoint Endpoint()
    {
        var port = Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_PORT");
        return Endpoint(Mount, ServiceHost, int.TryParse(port, CultureInfo.InvariantCulture, out var given) ? given : 443);
    }

    /// <param name="mount">The folder of the service account; token and authorities in it are read again when they change.</param>
    /// <param name="host">The name or address of the API server.</param>
    /// <param name="port">Its port.</param>
    public static ApiEndpoint Endpoint(string mount, string host, int port)
    {
        var authorities = new FreshFile(Path.Join(mount, "ca.crt"));
        var space = new FreshFile(Path.Join(mount, "namespace"));
        return new ApiEndpoint
        {
            Server = new UriBuilder("https", host, port).Uri,
            Credentials = new Credentials.TokenFile(new FreshFile(Path.Join(mount, "token"))),
            Authorities = authorities.Read,
            Namespace = File.Exists(space.Path) ? Encoding.UTF8.GetString(space.Read()).Trim() : "default",
        };
    }
}
