using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Sluice.Controller.Cluster;
using Sluice.Controller.Manifests;
using Sluice.Controller.Proxy;
using Sluice.Core.Resources;

namespace Sluice.Controller;

/// <summary>The running controller: source, loop and HAProxy, put together by hand.</summary>
public sealed class IngressController : IAsyncDisposable
{
    private static readonly TimeSpan ResolveInterval = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource stopping = new();
    private readonly ISnapshotSource source;
    private readonly HaproxyProcess process;
    private readonly ControlLoop loop;
    private readonly IReadOnlyList<IDisposable> owned;
    private readonly ILogger<IngressController> log;
    private readonly List<Task> tasks = [];
    private int unknownKinds;

    private IngressController(
        ISnapshotSource source, HaproxyProcess process, ControlLoop loop, IReadOnlyList<IDisposable> owned, ILogger<IngressController> log)
    {
        this.source = source;
        this.process = process;
        this.loop = loop;
        this.owned = owned;
        this.log = log;
    }

    /// <summary>Raised after each change is live (or refused), in order, from the loop. Handlers must be quick.</summary>
    public event Action<Change>? Changed
    {
        add => loop.Changed += value;
        remove => loop.Changed -= value;
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

        if (settings.HttpPort == settings.HttpsPort)
        {
            throw new HaproxyException($"http and https cannot share port {settings.HttpPort}. Choose another with --http-port or --https-port.");
        }

        var layout = settings.Layout;
        var ownership = StateDirectory.Take(layout.StateDir);
        var process = new HaproxyProcess(settings.ExternalHaproxy ? null : settings.Haproxy, layout);
        var applier = new HaproxyApplier(process, new StateFiles(layout), layout, logs.CreateLogger<HaproxyApplier>());
        // In a cluster a name is whole: the pod's search domains would lead "api.other" to a Service of another namespace.
        var names = new ExternalNames(
            (name, cancel) => Dns.GetHostAddressesAsync(settings.Cluster is null ? name : $"{name}.", AddressFamily.Unspecified, cancel), ResolveInterval, logs.CreateLogger<ExternalNames>());
        var options = settings.TranslationOptions(SelfSignedCertificate.LoadOrCreate(layout, DateTimeOffset.UtcNow));
        var (source, api) = Source(settings, logs);
        var loop = new ControlLoop(applier, source, names, options, logs.CreateLogger<ControlLoop>());
        IDisposable[] owned = api is null ? [applier, names, ownership] : [applier, names, api, ownership];
        var controller = new IngressController(source, process, loop, owned, logs.CreateLogger<IngressController>());
        try
        {
            await controller.StartAsync(stop);
            controller.Run(names);
            return controller;
        }
        catch
        {
            await controller.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the loop, then HAProxy. After a failure of our own HAProxy serves on, and the next start takes it over.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(tasks).ContinueWith(_ => { }, TaskScheduler.Default);
        if (!tasks.Exists(task => task.IsFaulted))
        {
            await process.DisposeAsync();
        }

        foreach (var item in owned)
        {
            item.Dispose();
        }

        stopping.Dispose();
    }

    private static (ISnapshotSource Source, ApiClient? Api) Source(ControllerSettings settings, ILoggerFactory logs)
    {
        if (settings.Cluster is not { } cluster)
        {
            return (new FolderWatch(settings.Manifests), null);
        }

        var api = new ApiClient(ApiEndpoint.Find(cluster.Kubeconfig, cluster.Context));
        return (new ClusterSource(api, cluster.Scope with { Config = settings.ConfigName }, new ReflectorTimes(), logs.CreateLogger<ClusterSource>()), api);
    }

    private async Task StartAsync(CancellationToken stop)
    {
        var watching = source.RunAsync(stopping.Token);
        tasks.Add(watching);
        var first = source.Snapshots.ReadAsync(stop).AsTask();
        if (await Task.WhenAny(first, watching) == watching)
        {
            await watching;
        }

        await loop.StartAsync(await first, stop);
        ReportUnknownKinds();
    }

    private void Run(ExternalNames names)
    {
        tasks.Add(loop.RunAsync(stopping.Token));
        tasks.Add(names.RunAsync(loop.PostAddresses, stopping.Token));
        tasks.Add(ForwardAsync());
        tasks.Add(process.WatchAsync(loop.PostProxyLost, stopping.Token));
    }

    private void ReportUnknownKinds()
    {
        if (source is FolderWatch watch && watch.UnknownKinds != unknownKinds)
        {
            unknownKinds = watch.UnknownKinds;
            log.UnknownKinds(unknownKinds);
        }
    }

    private async Task ForwardAsync()
    {
        await foreach (ClusterSnapshot snapshot in source.Snapshots.ReadAllAsync(stopping.Token))
        {
            loop.Post(snapshot);
            ReportUnknownKinds();
        }
    }
}
