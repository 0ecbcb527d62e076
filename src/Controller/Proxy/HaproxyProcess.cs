using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;
using Sluice.Core.Haproxy;

namespace Sluice.Controller.Proxy;

/// <summary>
/// HAProxy as a process: started as our child, or found running on its socket; checked, reloaded, stopped. Without an
/// executable somebody else starts and stops it, from the same files; then it is waited for.
/// </summary>
public sealed class HaproxyProcess(string? executable, Layout layout) : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LostInterval = TimeSpan.FromSeconds(1);

    private readonly ListenPorts ports = new(layout);

    private Process? child;
    private RuntimeSocket? watched;

    /// <summary>Whether somebody else starts and stops HAProxy.</summary>
    public bool IsExternal => executable is null;

    /// <summary>Whether it was found running.</summary>
    public bool IsTakenOver { get; private set; }

    /// <summary>Whether a HAProxy listens on the master socket: one of ours from before, perhaps.</summary>
    public async Task<bool> IsRunningAsync(CancellationToken stop) =>
        await MasterSocket.MasterPidAsync(layout.MasterSocket, stop) is not null;

    /// <summary>Throws if HAProxy could not listen, or would share its ports with somebody else's.</summary>
    public void RequireFreePorts()
    {
        if (!IsExternal)
        {
            ports.RequireFree();
        }
    }

    /// <summary>Starts HAProxy from the files and waits until it takes commands. Returns why another's refuses them; empty if it runs.</summary>
    public async Task<string> StartAsync(CancellationToken stop)
    {
        if (executable is null)
        {
            return await StartOtherAsync(stop);
        }

        await StopChildAsync();
        File.Delete(layout.RuntimeSocket);
        child = Start(new ProcessStartInfo(executable, ["-W", "-q", "-S", $"{layout.MasterSocket},level,admin", .. ConfigFiles(layout)]));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(StartLimit);
        while (!await TakesCommandsAsync(limit.Token))
        {
            if (child.HasExited)
            {
                throw new HaproxyException($"HAProxy ended at start (exit code {child.ExitCode}). {ports.WhyNot() ?? $"To see why, run: {executable} -W {string.Join(' ', ConfigFiles(layout))}"}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), limit.Token);
        }

        return "";
    }

    private async Task<string> StartOtherAsync(CancellationToken stop)
    {
        if (await OtherHaproxy.StartAsync(layout, () => TakesCommandsAsync(stop), stop) is { Length: > 0 } complaint)
        {
            return HaproxyAlerts.First(complaint);
        }

        using var socket = await RuntimeSocket.ConnectAsync(layout.RuntimeSocket, stop);
        var replies = await socket.SendAsync([new RuntimeLine("show version", "")], stop);
        HaproxyVersion.Require(replies[0], "The HAProxy that is running");
        return "";
    }

    /// <summary>Starts HAProxy again after it ended; does nothing if that was done already.</summary>
    public async Task RestartAsync(CancellationToken stop)
    {
        if (!await IsBackAsync(stop) && await StartAsync(stop) is { Length: > 0 } complaint)
        {
            throw new HaproxyException($"HAProxy refuses its configuration: {complaint}");
        }
    }

    /// <summary>Takes the HAProxy that runs for ours, to be ended with us.</summary>
    public void Adopt() => IsTakenOver = true;

    /// <summary>Lets our executable check the files in a place. Returns its complaints; empty if there are none.</summary>
    public async Task<string> CheckAsync(Layout place, CancellationToken stop)
    {
        using var check = Start(new ProcessStartInfo(executable!, ["-c", .. ConfigFiles(place)])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        });
        var output = check.StandardOutput.ReadToEndAsync(stop);
        var errors = await check.StandardError.ReadToEndAsync(stop);
        await check.WaitForExitAsync(stop);
        return check.ExitCode == 0 ? "" : HaproxyAlerts.First(errors + await output);
    }

    /// <summary>Brings up a worker from the files, which alone takes connections then, and lets the old one finish. Returns why not; empty if it was done.</summary>
    public async Task<string> ReloadAsync(CancellationToken stop)
    {
        using var old = await OutgoingWorker.FindAsync(layout, stop);
        var reply = await MasterSocket.SendAsync(layout.MasterSocket, "reload", stop);
        if (!reply.Contains("Success=1", StringComparison.Ordinal))
        {
            return HaproxyAlerts.First(reply);
        }

        // A worker does not leave while somebody is connected to its socket.
        await old.UntilItTakesNoneAsync(stop);
        watched?.Dispose();
        return "";
    }

    /// <summary>
    /// Of a HAProxy that was told to stop: stays in nobody's way while it finishes. It counts as gone; where it is ours,
    /// another one takes its place.
    /// </summary>
    public void LetFinish()
    {
        child = null;
        watched?.Dispose();
    }

    /// <summary>Calls <paramref name="lost"/> each time HAProxy's worker is gone without having been replaced.</summary>
    public async Task WatchAsync(Action lost, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var socket = await RuntimeSocket.ConnectAsync(layout.RuntimeSocket, stop);
                watched = socket;
                await socket.WaitForEndAsync(stop);
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                // Nobody listens, or no longer.
            }

            if (!await IsBackAsync(stop))
            {
                lost();
                await Task.Delay(LostInterval, stop);
            }
        }
    }

    /// <summary>
    /// Lets HAProxy take no new connections, finish the requests it has, and end. Returns whether it ended within the time.
    /// Nobody may be connected to its runtime socket any more.
    /// </summary>
    public async Task<bool> FinishAsync(TimeSpan limit, CancellationToken hurry)
    {
        using var refusal = NoSuccessor.At(layout.PeersSocket);
        if (await PidAsync() is not { } pid || !Signals.Send(pid, Signals.Usr1))
        {
            return true;
        }

        using var timer = CancellationTokenSource.CreateLinkedTokenSource(hurry);
        timer.CancelAfter(limit);
        try
        {
            await EndAsync(pid, timer.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Ends HAProxy, also one that was found running.</summary>
    public async ValueTask DisposeAsync()
    {
        if (executable is not null && child is null && await PidAsync() is { } pid)
        {
            Signals.Send(pid, Signals.Term);
        }

        await StopChildAsync();
    }

    // The master's: that of our child, or of the HAProxy that was taken over.
    private async Task<int?> PidAsync() =>
        child is { } process ? (process.HasExited ? null : (int?)process.Id)
        : IsTakenOver ? await MasterSocket.MasterPidAsync(layout.MasterSocket, CancellationToken.None)
        : null;

    // Of another's child we are not told when it ends.
    private async Task EndAsync(int pid, CancellationToken stop)
    {
        if (child is { } process)
        {
            await process.WaitForExitAsync(stop);
            return;
        }

        while (Signals.Send(pid, Signals.None))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), stop);
        }
    }

    // After a reload the new worker listens already when the old one closes its connections.
    private async Task<bool> IsBackAsync(CancellationToken stop) =>
        child is not { HasExited: true } && await TakesCommandsAsync(stop);

    private async Task StopChildAsync()
    {
        if (child is not { } process)
        {
            return;
        }

        child = null;
        await Signals.EndAsync(process);
    }

    private async Task<bool> TakesCommandsAsync(CancellationToken stop)
    {
        try
        {
            using var socket = await RuntimeSocket.ConnectAsync(layout.RuntimeSocket, stop);
            return true;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }

    private static string[] ConfigFiles(Layout place) => ["-f", place.ProgramFile, "-f", place.BackendsFile];

    // A package that is just being upgraded is the world's failure, not ours.
    private static Process Start(ProcessStartInfo program)
    {
        try
        {
            return Process.Start(program)!;
        }
        catch (Win32Exception e)
        {
            throw new HaproxyException($"{program.FileName} cannot be run: {e.Message}");
        }
    }
}

/// <summary>HAProxy cannot do what it must.</summary>
public sealed class HaproxyException(string message) : Exception(message);
