using System.Net;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using Sluice.Behaviour.Harness;

namespace Sluice.Cluster.Harness;

/// <summary>The program as it runs in a pod, with an HAProxy, ports and a state folder of its own.</summary>
internal sealed class Replica : IAsyncDisposable
{
    private readonly Child child;
    private readonly string folder;
    private readonly int httpPort;
    private readonly int httpsPort;
    private readonly int adminPort;
    private bool hasBeenKilled;

    private Replica(string[] arguments, IReadOnlyList<(string Name, string Value)> environment)
    {
        folder = Path.Combine("/tmp", $"sl-{Guid.NewGuid().ToString("N")[..8]}");
        (httpPort, httpsPort, adminPort) = (Ports.Free(), Ports.Free(), Ports.Free());
        // The runtime that runs this test runs the program, too, wherever it is installed.
        var runtime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        child = Child.Start(
            Path.Combine(AppContext.BaseDirectory, "sluice"),
            [
                "run", "--haproxy", HaproxyBinary.Path(), "--state-dir", folder, "--http-port", $"{httpPort}", "--https-port", $"{httpsPort}",
                "--admin-port", $"{adminPort}", "--grace-period", "1", .. arguments,
            ],
            [("DOTNET_ROOT", runtime), ("NO_COLOR", "1"), .. environment]);
    }

    public Lines Log => child.Errors;

    public static Replica Start(params string[] arguments) => new(arguments, []);

    public static Replica Start(IReadOnlyList<(string Name, string Value)> environment, params string[] arguments) => new(arguments, environment);

    /// <summary>Returns when the first state is live.</summary>
    public async Task<Replica> ServingAsync()
    {
        await Log.UntilAsync("Serving on");
        return this;
    }

    public Task LeadingAsync() => Log.UntilAsync("This replica leads");

    public async Task<Response> GetAsync(string host, string target = "/")
    {
        await using var connection = await RawConnection.OpenAsync(httpPort);
        return await connection.SendAsync("GET", target, host);
    }

    /// <summary>Waits until a request has this outcome: the name of a pod, or a status.</summary>
    public Task AnswersAsync(string outcome, string host, string target = "/") =>
        Log.UntilAsync(async () => (await GetAsync(host, target)).Outcome == outcome, $"{host}{target} did not come to {outcome}");

    public Task<Handshake> HandshakeAsync(string host) => TlsClient.HandshakeAsync(httpsPort, host);

    /// <summary>Waits until this certificate is served.</summary>
    public Task ServesAsync(TestCertificate certificate, string host) =>
        Log.UntilAsync(async () => (await HandshakeAsync(host)).Served(certificate), $"{host} did not get its certificate");

    /// <summary>What a kubelet is told that asks whether to send traffic.</summary>
    public async Task<HttpStatusCode> ReadyzAsync()
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("kube-probe", "1.36"));
        using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{adminPort}/readyz"));
        return answer.StatusCode;
    }

    /// <summary>Asks as a kubelet does, again and again, until it is ready.</summary>
    public async Task ReadyAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await ReadyzAsync() != HttpStatusCode.OK)
        {
            await Task.Delay(20, patience.Token);
        }
    }

    public void Signal(int signal)
    {
        hasBeenKilled |= signal == Child.Sigkill;
        child.Signal(signal);
    }

    public Task<int> ExitCodeAsync() => child.ExitCodeAsync();

    public async ValueTask DisposeAsync()
    {
        await child.EndAsync(Child.Sigterm);
        await child.DisposeAsync();
        if (hasBeenKilled)
        {
            // HAProxy serves on then, for the next start to take it over.
            Child.Signal(await new MasterSocket(Path.Combine(folder, "master.sock")).MasterPidAsync(), Child.Sigterm);
        }

        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
