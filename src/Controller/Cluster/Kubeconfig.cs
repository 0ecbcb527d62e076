using System.Net;
using System.Text.Json;
using Sluice.Controller.Manifests;
using YamlDotNet.Core;

namespace Sluice.Controller.Cluster;

/// <summary>Reads kubeconfig files (Kubernetes: "Organizing Cluster Access Using kubeconfig Files").</summary>
public static class Kubeconfig
{
    /// <summary>The endpoint of a context. Of several files, the first that has a thing counts.</summary>
    /// <exception cref="InvalidDataException">A file cannot be read, or something is missing or wrong in it.</exception>
    public static ApiEndpoint Read(IReadOnlyList<string> files, string? context)
    {
        var configs = files.Select(file => (Folder: Path.GetDirectoryName(Path.GetFullPath(file))!, Config: Parse(file))).ToList();
        var where = string.Join(':', files);
        var wanted = context ?? configs.Select(config => config.Config.CurrentContext).FirstOrDefault(name => name is { Length: > 0 })
            ?? throw new InvalidDataException($"{where}: there is no current-context; choose one with --context.");
        var chosen = configs.SelectMany(config => config.Config.Contexts ?? []).FirstOrDefault(item => item?.Name == wanted)?.Context
            ?? throw new InvalidDataException($"{where}: there is no context '{wanted}'.");

        var (clusterFolder, cluster) = configs
            .SelectMany(config => config.Config.Clusters ?? [], (config, item) => (config.Folder, Item: item))
            .Where(pair => pair.Item is not null && pair.Item.Name == chosen.Cluster)
            .Select(pair => (pair.Folder, pair.Item!.Cluster ?? new ClusterSpec())).FirstOrDefault();
        if (cluster is null || !Uri.TryCreate(cluster.Server, UriKind.Absolute, out var server) || server.Scheme is not ("http" or "https"))
        {
            throw new InvalidDataException($"{where}: the context '{wanted}' leads to no cluster with a server, expected https://HOST:PORT.");
        }

        var (userFolder, user) = configs
            .SelectMany(config => config.Config.Users ?? [], (config, item) => (config.Folder, Item: item))
            .Where(pair => pair.Item is not null && pair.Item.Name == chosen.User)
            .Select(pair => (pair.Folder, pair.Item!.User ?? new UserSpec())).FirstOrDefault();
        var authorities = Content(cluster.CertificateAuthorityData, cluster.CertificateAuthority, clusterFolder!, where);
        return new ApiEndpoint
        {
            Server = server,
            Credentials = Who(user ?? new UserSpec(), userFolder ?? "", () => Describe(cluster, authorities), where),
            Authorities = authorities,
            TlsName = cluster.TlsServerName is { Length: > 0 } name ? name : null,
            SkipsVerification = cluster.InsecureSkipTlsVerify,
            Proxy = Proxy(cluster.ProxyUrl, where),
            Namespace = chosen.Namespace is { Length: > 0 } space ? space : "default",
        };
    }

    private static KubeconfigObject Parse(string file)
    {
        try
        {
            return YamlTranscoder.Transcode(File.ReadAllText(file)) is { } json
                ? JsonSerializer.Deserialize(json.Utf8.Span, ClusterJson.Default.KubeconfigObject) ?? new KubeconfigObject()
                : new KubeconfigObject();
        }
        catch (Exception e) when (e is YamlException or JsonException)
        {
            // The message of a parser may repeat what stands there, and that may be secret.
            throw new InvalidDataException($"{file}: this is not a kubeconfig file.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{file}: the kubeconfig file cannot be read ({e.Message}).", e);
        }
    }

    private static Credentials Who(UserSpec user, string folder, Func<ExecClusterSpec> cluster, string where)
    {
        if (user.AuthProvider is not null)
        {
            throw new InvalidDataException($"{where}: auth-provider is no longer part of Kubernetes; use an exec plugin or a token.");
        }

        var chain = Content(user.ClientCertificateData, user.ClientCertificate, folder, where);
        var key = Content(user.ClientKeyData, user.ClientKey, folder, where);
        return user switch
        {
            { Exec: { Command.Length: > 0 } plugin } => new ExecCredentials(plugin, cluster, folder),
            { Exec: not null } => throw new InvalidDataException($"{where}: the exec plugin of the user has no command."),
            { TokenFile: { Length: > 0 } file } => new Credentials.TokenFile(new FreshFile(Path.GetFullPath(file, folder))),
            { Token: { Length: > 0 } token } => new Credentials.Token(token),
            _ when chain is not null && key is not null => new Credentials.ClientCertificate(chain, key),
            _ when chain is not null || key is not null =>
                throw new InvalidDataException($"{where}: the user has one of client-certificate and client-key; expected both."),
            { Username: { Length: > 0 } name } => new Credentials.Basic(name, user.Password ?? ""),
            _ => new Credentials.None(),
        };
    }

    private static ExecClusterSpec Describe(ClusterSpec cluster, Func<bool, byte[]>? authorities) => new()
    {
        Server = cluster.Server,
        TlsServerName = cluster.TlsServerName,
        InsecureSkipTlsVerify = cluster.InsecureSkipTlsVerify,
        CertificateAuthorityData = authorities is null ? null : Convert.ToBase64String(authorities(false)),
        ProxyUrl = cluster.ProxyUrl,
    };

    // The data counts before the file, as with kubectl; paths start at the folder of the kubeconfig.
    private static Func<bool, byte[]>? Content(string? base64, string? path, string folder, string where)
    {
        if (base64 is { Length: > 0 })
        {
            var room = new byte[base64.Length];
            var bytes = Convert.TryFromBase64String(base64, room, out var length)
                ? room[..length]
                : throw new InvalidDataException($"{where}: a certificate or key is not base64.");
            return _ => bytes;
        }

        if (path is not { Length: > 0 })
        {
            return null;
        }

        return new FreshFile(Path.GetFullPath(path, folder)).Read;
    }

    private static WebProxy? Proxy(string? url, string where) =>
        url is not { Length: > 0 } ? null
        : Proxies.At(url) ?? throw new InvalidDataException($"{where}: proxy-url is not a URL.");
}
