using System.Net.Sockets;
using System.Runtime.InteropServices;
using Sluice.Controller;

namespace Sluice.Behaviour.Harness;

/// <summary>A controller with its HAProxy, on ports, manifests and state of its own.</summary>
public sealed class RunningSluice : IAsyncDisposable
{
    private const string MarkFile = "00-edit.yaml";

    /// <summary>
    /// Whether the clients keep connections from request to request. A connection from before a reload is closed when
    /// the next request is under way, or leads to the worker of before; clients try again then, but not those of tests.
    /// </summary>
    internal static bool KeepsConnections => HaproxyBinary.CanAddBackends;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly string root;
    private readonly CancellationTokenSource stop = new();
    private readonly ChangeLog changes = new();
    private readonly LogLines log;
    private IngressController? controller;
    private bool isTamperedWith;
    private int edits;

    private RunningSluice(string root, ControllerSettings settings, ManifestDir files)
    {
        (this.root, Settings, Files) = (root, settings, files);
        log = new LogLines();
        Http = new RawHttp(HttpPort, KeepsConnections);
        Http2 = Http2.Plain(HttpPort);
        Http2Tls = Http2.Tls(HttpsPort);
        Master = new MasterSocket(Path.Combine(settings.StateDir, "master.sock"));
    }

    public ControllerSettings Settings { get; }

    public ManifestDir Files { get; }

    /// <summary>The last lines of the log.</summary>
    public string LogText => log.ToString();

    public int HttpPort => Settings.HttpPort;

    public int HttpsPort => Settings.HttpsPort;

    /// <summary>A client for one request after the other; for more at a time open connections.</summary>
    public RawHttp Http { get; }

    public Http2 Http2 { get; }

    public Http2 Http2Tls { get; }

    public MasterSocket Master { get; }

    /// <summary>Starts with the manifests that <paramref name="first"/> writes; returns when they are served.</summary>
    public static async Task<RunningSluice> StartAsync(
        Action<ManifestDir>? first = null, Func<ControllerSettings, ControllerSettings>? settings = null)
    {
        // The runtime that runs this test runs the program, too, wherever it is installed.
        Environment.SetEnvironmentVariable("DOTNET_ROOT", Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..")));
        var place = Path.Combine("/tmp", $"sl-{Guid.NewGuid().ToString("N")[..8]}");
        var files = new ManifestDir(place);
        first?.Invoke(files);
        var chosen = new ControllerSettings
        {
            Manifests = files.Folder,
            Haproxy = HaproxyBinary.Path(),
            StateDir = Path.Combine(place, "s"),
            Program = Path.Combine(AppContext.BaseDirectory, "sluice"),
            HttpPort = Ports.Free(),
            HttpsPort = Ports.Free(),
            ReloadInterval = TimeSpan.Zero,
            ReadBackInterval = TimeSpan.FromMilliseconds(100),
        };
        var result = new RunningSluice(place, settings?.Invoke(chosen) ?? chosen, files);
        try
        {
            await result.StartControllerAsync();
            return result;
        }
        catch (Exception error)
        {
            var lines = result.log.ToString();
            await result.DisposeAsync();
            throw new InvalidOperationException($"Sluice did not start: {error.Message}\n{lines}", error);
        }
    }

    /// <summary>Stops the controller and its HAProxy, edits the manifests, and starts again on the same state.</summary>
    public async Task RestartAsync(Action<ManifestDir> meanwhile)
    {
        await (controller?.DisposeAsync() ?? ValueTask.CompletedTask);
        controller = null;
        meanwhile(Files);
        await StartControllerAsync();
    }

    /// <summary>Edits the manifests and waits until the change is live. What it took is returned as one change.</summary>
    public async Task<Change> ApplyAsync(Action<ManifestDir> edit)
    {
        var edited = ++edits;
        var before = changes.Count;
        var covered = changes.NextAsync(change => ChangeLog.Covers(change, edited));
        edit(Files);
        // Written last and read first: whoever has read it reads the rest as edited.
        Files.Write(MarkFile, ChangeLog.MarkFile(edited));
        await WithinLimit(covered, "No change covered the edit");
        return changes.Since(before);
    }

    /// <summary>Makes the folder hold these files only, and waits until they are live.</summary>
    public Task<Change> ApplyAsync(IReadOnlyDictionary<string, string> files)
    {
        var kept = new Dictionary<string, string>(files, StringComparer.Ordinal) { [MarkFile] = ChangeLog.MarkFile(edits) };
        return ApplyAsync(folder => folder.Become(kept));
    }

    /// <summary>Does something and waits for the first change of this kind after it began.</summary>
    public async Task<Change> AfterAsync(Func<Task> action, ChangeKind kind)
    {
        var before = changes.Count;
        var seen = changes.NextAsync(change => change.Kind == kind);
        await action();
        await WithinLimit(seen, $"No change of kind {kind} came");
        return changes.Since(before);
    }

    /// <summary>Waits until the log holds one of these texts.</summary>
    public async Task UntilLoggedAsync(params string[] texts)
    {
        using var patience = new CancellationTokenSource(Limit);
        while (!texts.Any(text => LogText.Contains(text, StringComparison.Ordinal)))
        {
            await Task.Delay(10, patience.Token);
        }
    }

    /// <summary>Sends commands to HAProxy behind the controller's back. Returns the replies.</summary>
    public async Task<IReadOnlyList<string>> TamperAsync(params IEnumerable<string> commands)
    {
        isTamperedWith = true;
        using var socket = await Controller.Proxy.RuntimeSocket.ConnectAsync($"{Settings.StateDir}/haproxy.sock", stop.Token);
        return await socket.SendAsync(commands.Select(command => new Core.Haproxy.RuntimeLine(command, "")), stop.Token);
    }

    /// <summary>Waits until another worker than the former one takes connections. HAProxy has no event for it.</summary>
    public async Task WorkerReplacedAsync(int former)
    {
        using var patience = new CancellationTokenSource(Limit);
        while (!await IsServedByOtherAsync(former))
        {
            await Task.Delay(20, patience.Token);
        }
    }

    public Task<Response> GetAsync(string? host, string target, params IReadOnlyCollection<string> headers) =>
        Http.GetAsync(host, target, headers);

    /// <summary>Sends one request, with HTTP/1.1 on a connection of its own.</summary>
    public async Task<Response> SendAsync(Over over, string method, string host, string target)
    {
        if (over == Over.Http2)
        {
            return await Http2.SendAsync(method, host, target);
        }

        await using var connection = await RawConnection.OpenAsync(HttpPort);
        return await connection.SendAsync(method, target, host);
    }

    /// <summary>Sends one request on a new TLS connection whose server name is the host.</summary>
    public async Task<Response> GetTlsAsync(string host, string target, params IReadOnlyCollection<string> headers)
    {
        await using var connection = await RawConnection.OpenTlsAsync(HttpsPort, host);
        return await connection.SendAsync("GET", target, host, headers);
    }

    /// <summary>Tells the controller to stop well, as the first signal does; <paramref name="hurry"/> is the second.</summary>
    public Task StopAsync(CancellationToken hurry = default) =>
        controller?.ServeAsync(new CancellationToken(canceled: true), hurry) ?? throw new InvalidOperationException("No controller runs.");

    public async ValueTask DisposeAsync()
    {
        await Http.DisposeAsync();
        Http2.Dispose();
        Http2Tls.Dispose();
        if (controller is not null)
        {
            await controller.DisposeAsync();
        }

        await stop.CancelAsync();
        stop.Dispose();
        log.Dispose();
        Directory.Delete(root, recursive: true);

        // What HAProxy holds was read back all the while: if nobody else had a hand in it, it was as it should be.
        if (!isTamperedWith && changes.Has(ChangeKind.Repair))
        {
            throw new InvalidOperationException($"Something was repaired that nobody had changed.\n{log}");
        }
    }

    private async Task StartControllerAsync()
    {
        controller = await IngressController.StartAsync(Settings, log, stop.Token).WaitAsync(Limit);
        controller.Changed += changes.Add;
    }

    private async Task<bool> IsServedByOtherAsync(int former)
    {
        try
        {
            await using var connection = await RawConnection.OpenAsync(HttpPort);
            return await Master.WorkerPidAsync() != former;
        }
        catch (Exception error) when (error is SocketException or IOException or InvalidOperationException)
        {
            return false;
        }
    }

    private async Task WithinLimit(Task task, string complaint)
    {
        try
        {
            await task.WaitAsync(Limit);
        }
        catch (TimeoutException error)
        {
            throw new TimeoutException($"{complaint} within {Limit.TotalSeconds} s.\n{log}", error);
        }
    }
}
