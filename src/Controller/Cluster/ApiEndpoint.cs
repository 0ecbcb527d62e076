using System.Net;

namespace Sluice.Controller.Cluster;

/// <summary>Where the API server is, how it is recognised, and who we are to it.</summary>
public sealed record ApiEndpoint
{
    public required Uri Server { get; init; }

    public required Credentials Credentials { get; init; }

    /// <summary>The authorities that the server's certificate must lead to, as PEM; null for those of the system.</summary>
    /// <remarks>True asks to look again, because those that were read last did not serve.</remarks>
    public Func<bool, byte[]>? Authorities { get; init; }

    /// <summary>The name to ask for in the TLS handshake, where it is not the host of <see cref="Server"/>.</summary>
    public string? TlsName { get; init; }

    /// <summary>Whether the server's certificate is not looked at. Only for trying things out.</summary>
    public bool SkipsVerification { get; init; }

    /// <summary>The proxy on the way; null for what the environment says (HTTPS_PROXY, HTTP_PROXY, NO_PROXY).</summary>
    public IWebProxy? Proxy { get; init; }

    /// <summary>How long an answer may take; for a watch, its head.</summary>
    public TimeSpan AnswerLimit { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The namespace of the pod, or of the context.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>The endpoint of the pod's service account, of a kubeconfig file, or of the usual kubeconfig files, in this order.</summary>
    /// <param name="kubeconfig">The file that was asked for; null for none.</param>
    /// <param name="context">The context of the kubeconfig; null for its current one.</param>
    /// <exception cref="InvalidDataException">There is none, or it cannot be used; the message says why.</exception>
    public static ApiEndpoint Find(string? kubeconfig, string? context)
    {
        if (kubeconfig is not null)
        {
            return Kubeconfig.Read([kubeconfig], context);
        }

        if (context is null && InCluster.IsThere)
        {
            return InCluster.Endpoint();
        }

        // As with kubectl, files in the list that are not there are passed over.
        var files = (Environment.GetEnvironmentVariable("KUBECONFIG") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Where(File.Exists).ToList();
        var home = Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".kube", "config");
        return files.Count > 0 ? Kubeconfig.Read(files, context)
            : File.Exists(home) ? Kubeconfig.Read([home], context)
            : throw new InvalidDataException(
                "There is no cluster to read: this is no pod, and there is no kubeconfig. Give --kubeconfig FILE, or --manifests DIR to serve a folder.");
    }
}
