using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Sluice.Controller.Admin;
using Sluice.Controller.Cluster;
using Sluice.Controller.Manifests;
using Sluice.Controller.Proxy;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Controller;

/// <summary>The running controller: source, loop and HAProxy, put together by hand.</summary>
public sealed class IngressController : IAsyncDisposable
{
    private static readonly TimeSpan ResolveInterval = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource stopping = new();
    private readonly Readiness readiness = new();
    private readonly AdminServer admin;
    private readonly ControllerSettings settings;
    private readonly Parts parts;
    private readonly IReadOnlyList<IDisposable> owned;
    private readonly ILogger<IngressController> log;
    private readonly List<Task> tasks = [];
    private volatile Task? completion;
    private int unknownKinds;
    private bool leavesHaproxy;

    private IngressController(ControllerSettings settings, Parts parts, IReadOnlyList<IDisposable> owned, ILogger<IngressController> log)
    {
        this.settings = settings;
        this.parts = parts;
        this.owned = owned;
        this.log = log;
        admin = new AdminServer(readiness, () => completion is not { IsFaulted: true });
    }

    /// <summary>Raised after each change is live (or refused), in order, from the loop. Handlers must be quick.</summary>
    public event Action<Change>? Changed
    {
        add => parts.Loop.Changed += value;
        remove => parts.Loop.Changed -= value;
    }

    /// <summary>Completes when one of the parts fails in a way that cannot be mended.</summary>
    public Task Completion => Task.WhenAny(tasks).Unwrap();

    /// <summary>Starts everything and returns when the first full state is live in HAProxy.</summary>
    /// <exception cref="HaproxyException">HAProxy cannot be used, or refuses its configuration.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder of manifests.</exception>
    public static async Task<IngressController> StartAsync(ControllerSettings settings, ILoggerFactory logs, CancellationToken stop)
    {
        if (!settings.ExternalHaproxy)
        {
            await HaproxyVersion.RequireAsync(settings.Haproxy, stop);
        }

        RequireDistinctPorts(settings);
        var layout = settings.Layout;
        var ownership = StateDirectory.Take(layout.StateDir);
        var process = new HaproxyProcess(settings.ExternalHaproxy ? null : settings.Haproxy, layout);
        var agent = new AgentProcess(settings.ExternalHaproxy ? null : settings.Program, settings.AgentPatience, layout, logs.CreateLogger<AgentProcess>());
        var applier = new HaproxyApplier(process, new StateFiles(layout, logs.CreateLogger<StateFiles>()), layout, settings.ReloadInterval, logs.CreateLogger<HaproxyApplier>())
        {
            Agent = agent,
        };
        // In a cluster a name is whole: the pod's search domains would lead "api.other" to a Service of another namespace.
        var names = new ExternalNames(
            (name, cancel) => Dns.GetHostAddressesAsync(settings.Cluster is null ? name : $"{name}.", AddressFamily.Unspecified, cancel),
            ResolveInterval, mayBeItself: settings.Cluster is null, logs.CreateLogger<ExternalNames>());
        var countries = new CountryFile(settings.Countries, layout.CountryFile, settings.CountriesInterval, logs.CreateLogger<CountryFile>());
        countries.Read();
        var options = settings.TranslationOptions(SelfSignedCertificate.LoadOrCreate(layout, DateTimeOffset.UtcNow));
        var api = settings.Cluster is { } cluster ? new ApiClient(ApiEndpoint.Find(cluster.Kubeconfig, cluster.Context)) : null;
        var source = Source(settings, api, logs);
        var loop = new ControlLoop(applier, source, names, countries, options, settings.ReadBackInterval, logs.CreateLogger<ControlLoop>());
        var parts = new Parts(source, process, applier, names, loop) { Countries = countries, Agent = agent, Health = new HaproxyHealth(layout, settings.ExternalHaproxy), Reporter = api is null ? null : Reporter(settings.Cluster!, api, logs) };
        IDisposable[] owned = api is null ? [names, ownership] : [names, api, ownership];
        var controller = new IngressController(settings, parts, owned, logs.CreateLogger<IngressController>());
        try
        {
            await controller.StartAsync(logs, stop);
            controller.Run();
            return controller;
        }
        catch
        {
            // Whatever keeps us from starting, a HAProxy that serves is not ended for it, nor the agent that it asks.
            controller.leavesHaproxy = process.IsTakenOver;
            await controller.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Serves until it is told to stop, and ends well: not ready at once, at work for the delay, and then HAProxy may
    /// finish what it has begun, within the grace period. Throws where a part fails in a way that cannot be mended.
    /// </summary>
    /// <param name="stop">Tells it to end well.</param>
    /// <param name="hurry">Tells it to end at once.</param>
    public async Task ServeAsync(CancellationToken stop, CancellationToken hurry)
    {
        try
        {
            await Completion.WaitAsync(stop);
            return;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            readiness.Stop("told to stop");
            log.Stopping(settings.ShutdownDelay.TotalSeconds, settings.GracePeriod.TotalSeconds);
        }

        if (settings.ShutdownDelay > TimeSpan.Zero)
        {
            await parts.Health.DrainAsync(settings.ShutdownDelay, Completion, hurry);
        }

        if (settings.Cluster?.WithdrawStatus == true)
        {
            await parts.Reporter!.WithdrawAsync();
        }

        await StopWorkAsync();
        if (!HasFailed && !settings.ExternalHaproxy && settings.GracePeriod > TimeSpan.Zero && !await parts.Process.FinishAsync(settings.GracePeriod, hurry))
        {
            log.GraceOver(settings.GracePeriod.TotalSeconds);
        }
    }

    /// <summary>Stops the loop, then HAProxy. After a failure of our own HAProxy serves on, and the next start takes it over.</summary>
    public async ValueTask DisposeAsync()
    {
        readiness.Stop("ending");
        await StopWorkAsync();
        if (!HasFailed)
        {
            await parts.Process.DisposeAsync();
            await parts.Agent.DisposeAsync();
        }

        await admin.DisposeAsync();
        foreach (var item in owned)
        {
            item.Dispose();
        }

        stopping.Dispose();
    }

    private bool HasFailed => leavesHaproxy || tasks.Exists(task => task.IsFaulted);

    // HAProxy's worker does not end while somebody is connected to its socket: the loop's connections go with it.
    private async Task StopWorkAsync()
    {
        await (parts.Reporter?.DisposeAsync() ?? ValueTask.CompletedTask);
        await stopping.CancelAsync();
        await Task.WhenAll(tasks).ContinueWith(_ => { }, TaskScheduler.Default);
        parts.Applier.Dispose();
    }

    private static void RequireDistinctPorts(ControllerSettings settings)
    {
        (int? Port, string Option)[] ports =
        [
            (settings.HttpPort, "--http-port"), (settings.HttpsPort, "--https-port"), (settings.HealthPort, "--health-port"), (settings.AdminPort, "--admin-port"),
        ];
        foreach (var (port, option) in ports.Where(item => item.Port is not null))
        {
            if (Array.Find(ports, other => other.Port == port && other.Option != option).Option is { } other)
            {
                throw new HaproxyException($"{option} and {other} cannot share port {port}. Choose another for one of them.");
            }
        }
    }

    private static ISnapshotSource Source(ControllerSettings settings, ApiClient? api, ILoggerFactory logs) => api is null
        ? new FolderWatch(settings.Manifests)
        : new ClusterSource(api, settings.Cluster!.Scope with { Config = settings.ConfigName }, new ReflectorTimes(), logs.CreateLogger<ClusterSource>());

    private static ClusterReporter Reporter(ClusterSettings cluster, ApiClient api, ILoggerFactory logs)
    {
        var log = logs.CreateLogger<ClusterReporter>();
        var replica = Environment.GetEnvironmentVariable("POD_NAME") is { Length: > 0 } pod ? pod : Environment.MachineName.ToLowerInvariant();
        var space = Environment.GetEnvironmentVariable("POD_NAMESPACE") is { Length: > 0 } own ? own : api.Namespace;
        var leadership = new Leadership(
            api, cluster.Lease ?? new NamespacedName(space, "sluice-leader"), Leadership.NewIdentity(replica), new LeaseTimes(), log);
        var addresses = cluster.PublishAddresses.Count > 0 ? PublishedAddresses.Fixed(cluster.PublishAddresses)
            : cluster.PublishService is { } service ? PublishedAddresses.Of(service, api, new ReflectorTimes(), log)
            : PublishedAddresses.None;
        return new ClusterReporter(
            leadership, addresses, new StatusWriter(api, () => leadership.IsLeader, new StatusTimes(), log), new EventWriter(api, () => leadership.IsLeader, cluster.Scope, log));
    }

    private async Task StartAsync(ILoggerFactory logs, CancellationToken stop)
    {
        if (settings.AdminPort is { } port)
        {
            await admin.StartAsync(settings.Bind, port, logs, stop);
        }

        var watching = parts.Source.RunAsync(stopping.Token);
        tasks.Add(watching);
        var first = parts.Source.Snapshots.ReadAsync(stop).AsTask();
        if (await Task.WhenAny(first, watching) == watching)
        {
            await watching;
        }

        if (parts.Reporter is { } reporter)
        {
            parts.Loop.Changed += reporter.Report;
        }

        await parts.Loop.StartAsync(await first, stop);
        ReportUnknownKinds();
    }

    private void Run()
    {
        tasks.Add(parts.Loop.RunAsync(stopping.Token));
        tasks.Add(parts.Names.RunAsync(parts.Loop.PostAddresses, stopping.Token));
        tasks.Add(parts.Countries.RunAsync(parts.Loop.PostAddresses, stopping.Token));
        tasks.Add(ForwardAsync());
        tasks.Add(parts.Agent.RunAsync(stopping.Token));
        tasks.Add(parts.Process.WatchAsync(parts.Loop.PostProxyLost, stopping.Token));
        parts.Reporter?.Start();
        completion = Completion;
        readiness.Ready();
    }

    private void ReportUnknownKinds()
    {
        if (parts.Source is FolderWatch watch && watch.UnknownKinds != unknownKinds)
        {
            unknownKinds = watch.UnknownKinds;
            log.UnknownKinds(unknownKinds);
        }
    }

    private async Task ForwardAsync()
    {
        await foreach (ClusterSnapshot snapshot in parts.Source.Snapshots.ReadAllAsync(stopping.Token))
        {
            parts.Loop.Post(snapshot);
            ReportUnknownKinds();
        }
    }

    private sealed record Parts(ISnapshotSource Source, HaproxyProcess Process, HaproxyApplier Applier, ExternalNames Names, ControlLoop Loop)
    {
        public required CountryFile Countries { get; init; }

        public required AgentProcess Agent { get; init; }

        /// <summary>What HAProxy says of itself.</summary>
        public required HaproxyHealth Health { get; init; }

        /// <summary>What writes to the cluster; null for a folder of manifests.</summary>
        public ClusterReporter? Reporter { get; init; }
    }
}
