using System.Net;
using Sluice.Controller;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Harness;

/// <summary>One site, app.test, with a pod of its own, whose settings change while it is served.</summary>
internal sealed class PolicySite : IAsyncDisposable
{
    public const string Host = "app.test";

    private readonly int worker;
    private IEnumerable<string> others = [];
    private IReadOnlyList<string> serving;
    private IEnumerable<(string Key, string Value)> onIngress = [];
    private IEnumerable<(string Key, string Value)> onService = [];
    private IEnumerable<(string Key, string Value)> global = [];

    private PolicySite(EchoPods pods, RunningSluice sluice, int worker)
    {
        (Pods, Sluice) = (pods, sluice);
        serving = [pods.All.First().Name];
        this.worker = worker;
    }

    public EchoPods Pods { get; }

    public RunningSluice Sluice { get; }

    public static Task<PolicySite> StartAsync() => StartAsync("app");

    /// <summary>Starts with these pods, of which the first serves the site.</summary>
    public static async Task<PolicySite> StartAsync(params IReadOnlyList<string> names) => await StartAsync(await EchoPods.StartAsync(names));

    public static async Task<PolicySite> StartAsync(EchoPods pods, Func<ControllerSettings, ControllerSettings>? settings = null)
    {
        var sluice = await RunningSluice.StartAsync(
            files => files.Write("all.yaml", ServiceOf("app", pods.All.First()), Site("app", Host, "app")), settings);
        return new PolicySite(pods, sluice, await sluice.Master.WorkerPidAsync());
    }

    /// <summary>Lets these pods serve the site and no others.</summary>
    public Task<Change> ServeAsync(params IReadOnlyList<string> names)
    {
        serving = names;
        return ApplyAsync();
    }

    /// <summary>Puts these objects beside those of the site, and no others.</summary>
    public Task<Change> PutAsync(params IEnumerable<string> objects)
    {
        others = objects;
        return ApplyAsync();
    }

    /// <summary>Gives the Ingress these annotations and no others.</summary>
    public Task<Change> AnnotateAsync(params IEnumerable<(string Key, string Value)> annotations)
    {
        onIngress = annotations;
        return ApplyAsync();
    }

    /// <summary>Gives the Service these annotations and no others.</summary>
    public Task<Change> AnnotateServiceAsync(params IEnumerable<(string Key, string Value)> annotations)
    {
        onService = annotations;
        return ApplyAsync();
    }

    /// <summary>Makes these the global settings.</summary>
    public Task<Change> ConfigureAsync(params IEnumerable<(string Key, string Value)> settings)
    {
        global = settings;
        return ApplyAsync();
    }

    /// <summary>Asks the site on a connection of its own. Returns the pod's name, or else the status.</summary>
    public async Task<string> AskAsync(string target = "/", params IReadOnlyCollection<string> headers) => (await GetAsync(target, headers)).Outcome;

    /// <summary>Asks the site on a connection of its own.</summary>
    public async Task<Response> GetAsync(string target = "/", params IReadOnlyCollection<string> headers)
    {
        await using var client = new RawHttp(Sluice.HttpPort);
        return await client.GetAsync(Host, target, headers);
    }

    /// <summary>Asks the site with another method on a connection of its own.</summary>
    public async Task<Response> SendAsync(string method, string target, params IReadOnlyCollection<string> headers)
    {
        await using var client = new RawHttp(Sluice.HttpPort);
        return await client.SendAsync(method, target, Host, headers);
    }

    /// <summary>Asks the site over https.</summary>
    public Task<Response> GetTlsAsync(string target = "/", params IReadOnlyCollection<string> headers) => Sluice.GetTlsAsync(Host, target, headers);

    /// <summary>Asks the site as another client, whose address on this machine is given.</summary>
    public async Task<string> AskFromAsync(string address, string host = Host)
    {
        await using var connection = await RawConnection.OpenAsync(Sluice.HttpPort, IPAddress.Parse(address));
        return (await connection.SendAsync("GET", "/", host)).Outcome;
    }

    /// <summary>Asks HAProxy something that changes nothing.</summary>
    public async Task<string> AskHaproxyAsync(string question)
    {
        var stop = TestContext.Current.CancellationToken;
        using var socket = await Controller.Proxy.RuntimeSocket.ConnectAsync($"{Sluice.Settings.StateDir}/haproxy.sock", stop);
        return (await socket.SendAsync([new Core.Haproxy.RuntimeLine(question, "")], stop))[0];
    }

    /// <summary>The id of the agent's process.</summary>
    public int AgentPid() => Controller.Proxy.AgentSocket.OwnerOf($"{Sluice.Settings.StateDir}/agent.sock") ?? throw new InvalidOperationException($"There is no agent.\n{Sluice.LogText}");

    /// <summary>Fails if HAProxy was reloaded since the start, where it need not be for another backend.</summary>
    public async Task SameWorkerAsync()
    {
        if (HaproxyBinary.CanAddBackends)
        {
            Assert.Equal(worker, await Sluice.Master.WorkerPidAsync());
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Sluice.DisposeAsync();
        await Pods.DisposeAsync();
    }

    private Task<Change> ApplyAsync() => Sluice.ApplyAsync(files => files.Write(
        "all.yaml",
        [
            Service("app", onService), SliceOf("app", [.. serving.Select(name => Pods[name])]), Ingress("app", [Rule(Host, Prefix("/", "app"))], annotations: onIngress),
            Settings(global), .. others,
        ]));
}
