using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Sluice.Behaviour.Harness;

namespace Sluice.Cluster.Harness;

/// <summary>
/// A Kubernetes API server of our own: the one of test/kube-api, with an etcd, on free ports of this machine and in a
/// folder that goes with it.
/// </summary>
internal sealed class KubeApi : IAsyncDisposable
{
    private const string Administrator = "admin";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly string programs;
    private readonly string folder;
    private readonly string[] flags;
    private readonly int etcdPort = Ports.Free();
    private readonly int peerPort = Ports.Free();
    private readonly Lock gate = new();
    private Child? etcd;
    private Child? server;

    private KubeApi(string programs, string folder, string[] flags)
    {
        (this.programs, this.folder, this.flags) = (programs, folder, flags);
        AddUser(Administrator, "system:masters");
        Kubeconfig = KubeconfigOf(Administrator, Port);
        Kubectl = new Kubectl(Path.Combine(programs, "bin", "kubectl"), Kubeconfig, Path.Combine(folder, "cache"));
    }

    /// <summary>The kubeconfig of somebody who may do everything.</summary>
    public string Kubeconfig { get; }

    public int Port { get; } = Ports.Free();

    public Kubectl Kubectl { get; }

    /// <summary>Each request that was authorized or refused, a JSON object a line.</summary>
    public string AuditFile => Path.Combine(folder, "audit");

    /// <summary>Starts one; returns when it is ready.</summary>
    /// <param name="programs">The folder that build/get-kube-api made.</param>
    /// <param name="flags">More flags of the server.</param>
    public static async Task<KubeApi> StartAsync(string programs, params string[] flags)
    {
        var result = new KubeApi(programs, Directory.CreateTempSubdirectory("sluice-kube-").FullName, flags);
        try
        {
            await result.StartEtcdAsync();
            await result.StartServerAsync();
            return result;
        }
        catch
        {
            await result.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes the kubeconfig of a ServiceAccount, who may do what its roles allow if the server has -rbac.</summary>
    public string ServiceAccount(string ns, string name)
    {
        AddUser($"system:serviceaccount:{ns}:{name}", $"system:serviceaccounts,system:serviceaccounts:{ns}");
        return KubeconfigOf($"system:serviceaccount:{ns}:{name}", Port);
    }

    /// <summary>Writes the kubeconfig of somebody who may do everything and reaches the server at another port.</summary>
    public string KubeconfigAt(int port) => KubeconfigOf(Administrator, port);

    /// <summary>Ends the API server. What it stored stays in etcd.</summary>
    public async Task StopServerAsync()
    {
        await server!.EndAsync(Child.Sigkill);
        await server.DisposeAsync();
        server = null;
    }

    public async Task StartServerAsync()
    {
        server = Child.Start(
            Path.Combine(programs, "bin", "kube-api"),
            [
                "-etcd", $"http://127.0.0.1:{etcdPort}", "-port", $"{Port}", "-cert-dir", Path.Combine(folder, "certs"),
                "-token-file", Tokens, "-audit", AuditFile, .. flags,
            ]);
        await ReadyAsync(server, new Uri($"https://127.0.0.1:{Port}/readyz"));
    }

    /// <summary>Makes etcd forget all versions before the present one, as it does every five minutes.</summary>
    public async Task CompactAsync()
    {
        var now = await EtcdAsync("/v3/kv/range", """{"key": "AA=="}""");
        var revision = now.GetProperty("header").GetProperty("revision").GetString();
        await EtcdAsync("/v3/kv/compaction", $$"""{"revision": "{{revision}}", "physical": true}""");
    }

    public async ValueTask DisposeAsync()
    {
        await (server?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (etcd?.DisposeAsync() ?? ValueTask.CompletedTask);
        Directory.Delete(folder, recursive: true);
    }

    private string Tokens => Path.Combine(folder, "tokens.csv");

    private async Task StartEtcdAsync()
    {
        var client = $"http://127.0.0.1:{etcdPort}";
        var peer = $"http://127.0.0.1:{peerPort}";
        etcd = Child.Start(
            Path.Combine(programs, "bin", "etcd"),
            [
                "--name", "one", "--data-dir", Path.Combine(folder, "etcd"), "--listen-client-urls", client, "--advertise-client-urls", client,
                "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", $"one={peer}",
                "--unsafe-no-fsync", "--log-level", "error",
            ]);
        await ReadyAsync(etcd, new Uri($"{client}/readyz"));
    }

    // Neither tells when it is ready; their makers ask /readyz, too.
    private static async Task ReadyAsync(Child child, Uri address)
    {
        using var http = Http();
        using var patience = new CancellationTokenSource(Limit);
        while (!await IsReadyAsync(http, address, patience.Token))
        {
            if (child.HasExited || patience.IsCancellationRequested)
            {
                throw new InvalidOperationException($"{address} does not become ready:\n{child.Errors}");
            }

            await Task.Delay(20, CancellationToken.None);
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, Uri address, CancellationToken stop)
    {
        try
        {
            using var answer = await http.GetAsync(address, stop);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    private static HttpClient Http()
    {
        var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, SslOptions = TlsClient.AnyHost() });
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Administrator);
        return http;
    }

    private async Task<JsonElement> EtcdAsync(string path, string json)
    {
        using var http = Http();
        using var content = new StringContent(json);
        using var answer = await http.PostAsync(new Uri($"http://127.0.0.1:{etcdPort}{path}"), content);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonDocument.Parse(text).RootElement : throw new InvalidOperationException(text);
    }

    // A user's token is the name.
    private void AddUser(string name, string groups)
    {
        lock (gate)
        {
            var line = $"{name},{name},{name},\"{groups}\"\n";
            if (!File.Exists(Tokens) || !File.ReadAllText(Tokens).Contains(line, StringComparison.Ordinal))
            {
                File.AppendAllText(Tokens, line);
            }
        }
    }

    private string KubeconfigOf(string user, int port)
    {
        var path = Path.Combine(folder, $"{user.Replace(':', '-')}-{port}.kubeconfig");
        File.WriteAllText(path, $"""
            apiVersion: v1
            kind: Config
            current-context: test
            clusters:
              - name: test
                cluster:
                  server: https://127.0.0.1:{port}
                  certificate-authority: certs/apiserver.crt
            users:
              - name: user
                user:
                  token: {user}
            contexts:
              - name: test
                context:
                  cluster: test
                  user: user

            """);
        return path;
    }
}
