using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Sluice.Controller.Admin;
using Sluice.Controller.Manifests;
using Sluice.Controller.Proxy;
using Sluice.Core.Resources;

namespace Sluice.Controller;

/// <summary>The running controller: source, loop and HAProxy, put together by hand.</summary>
public sealed class IngressController : IAsyncDisposable
{
    private static readonly TimeSpan ResolveInterval = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource stopping = new();
    private readonly Readiness readiness = new();
    private readonly AdminServer admin;
    private readonly ControllerSettings settings;
    private readonly IDisposable ownership;
    private readonly HaproxyProcess process;
    private readonly HaproxyApplier applier;
    private readonly ExternalNames names;
    private readonly ControlLoop loop;
    private readonly ILogger<IngressController> log;
    private readonly List<Task> tasks = [];
    private volatile Task? completion;
    private int unknownKinds;

    private IngressController(ControllerSettings settings, IDisposable ownership, HaproxyProcess process, HaproxyApplier applier,
        ExternalNames names, ControlLoop loop, ILogger<IngressController> log)
    {
        this.log = log;
        this.settings = settings;
        admin = new AdminServer(readiness, () => completion is not { IsFaulted: true });
        this.ownership = ownership;
        this.process = process;
        this.names = names;
        this.applier = applier;
        this.loop = loop;
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
        await HaproxyVersion.RequireAsync(settings.Haproxy, stop);
        if (settings.HttpPort == settings.HttpsPort)
        {
            throw new HaproxyException($"http and https cannot share port {settings.HttpPort}. Choose another with --http-port or --https-port.");
        }

        if (settings.AdminPort is { } port && (port == settings.HttpPort || port == settings.HttpsPort))
        {
            throw new HaproxyException($"The admin server cannot share port {port} with http or https. Choose another with --admin-port.");
        }

        var layout = settings.Layout;
        var ownership = StateDirectory.Take(layout.StateDir);
        var process = new HaproxyProcess(settings.Haproxy, layout);
        var applier = new HaproxyApplier(process, new StateFiles(layout), layout, logs.CreateLogger<HaproxyApplier>());
        var names = new ExternalNames(
            (name, cancel) => Dns.GetHostAddressesAsync(name, AddressFamily.Unspecified, cancel), ResolveInterval, logs.CreateLogger<ExternalNames>());
        var options = settings.TranslationOptions(SelfSignedCertificate.LoadOrCreate(layout, DateTimeOffset.UtcNow));
        var loop = new ControlLoop(applier, names, options, layout, logs.CreateLogger<ControlLoop>());

        var controller = new IngressController(settings, ownership, process, applier, names, loop, logs.CreateLogger<IngressController>());
        try
        {
            var watch = new FolderWatch(settings.Manifests);
            await controller.StartAsync(watch, logs, stop);
            controller.Run(watch);
            return controller;
        }
        catch
        {
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
            await Task.WhenAny(Completion, Task.Delay(settings.ShutdownDelay, hurry));
        }

        await StopWorkAsync();
        if (!HasFailed && settings.GracePeriod > TimeSpan.Zero && !await process.FinishAsync(settings.GracePeriod, hurry))
        {
            log.GraceOver(settings.GracePeriod.TotalSeconds);
        }
    }

    /// <summary>Stops the loop, then HAProxy. After a failure of our own HAProxy serves on, and the next start takes it over.</summary>
    public async ValueTask DisposeAsync()
    {
        readiness.Stop("ending");
        await StopWorkAsync();
        names.Dispose();
        if (!HasFailed)
        {
            await process.DisposeAsync();
        }

        await admin.DisposeAsync();
        ownership.Dispose();
        stopping.Dispose();
    }

    private bool HasFailed => tasks.Exists(task => task.IsFaulted);

    // HAProxy's worker does not end while somebody is connected to its socket: the loop's connections go with it.
    private async Task StopWorkAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(tasks).ContinueWith(_ => { }, TaskScheduler.Default);
        applier.Dispose();
    }

    private async Task StartAsync(FolderWatch watch, ILoggerFactory logs, CancellationToken stop)
    {
        if (settings.AdminPort is { } port)
        {
            await admin.StartAsync(settings.Bind, port, logs, stop);
        }

        var watching = watch.RunAsync(stopping.Token);
        tasks.Add(watching);
        var first = watch.Snapshots.ReadAsync(stop).AsTask();
        if (await Task.WhenAny(first, watching) == watching)
        {
            await watching;
        }

        await loop.StartAsync(await first, stop);
        ReportUnknownKinds(watch);
    }

    private void Run(FolderWatch watch)
    {
        tasks.Add(loop.RunAsync(stopping.Token));
        tasks.Add(names.RunAsync(loop.PostAddresses, stopping.Token));
        tasks.Add(ForwardAsync(watch));
        tasks.Add(process.WatchAsync(loop.PostProxyLost, stopping.Token));
        completion = Completion;
        readiness.Ready();
    }

    private void ReportUnknownKinds(FolderWatch watch)
    {
        if (watch.UnknownKinds != unknownKinds)
        {
            unknownKinds = watch.UnknownKinds;
            log.UnknownKinds(unknownKinds);
        }
    }

    private async Task ForwardAsync(FolderWatch watch)
    {
        await foreach (ClusterSnapshot snapshot in watch.Snapshots.ReadAllAsync(stopping.Token))
        {
            loop.Post(snapshot);
            ReportUnknownKinds(watch);
        }
    }
}
