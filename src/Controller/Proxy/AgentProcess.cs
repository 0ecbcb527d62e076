using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Sluice.Core.Haproxy;

namespace Sluice.Controller.Proxy;

/// <summary>
/// The agent as a process: started as our child when it is first needed, and again whenever it ends; one that hangs is ended. One
/// of a controller from before is replaced, for it may be of another version; the new one takes its socket, and the old one finishes.
/// Without an executable somebody else starts and stops it, and it is only looked after.
/// </summary>
/// <param name="executable">The program that is the agent, too.</param>
/// <param name="patience">How long it may answer nothing before it is ended.</param>
/// <param name="layout">Where things lie.</param>
/// <param name="log">Where it is told.</param>
public sealed class AgentProcess(string? executable, TimeSpan patience, Layout layout, ILogger<AgentProcess> log) : IAsyncDisposable
{
    private static readonly TimeSpan LookLimit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StartInterval = TimeSpan.FromMilliseconds(10);

    private readonly SemaphoreSlim gate = new(1);
    private readonly TaskCompletionSource needed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Process? child;
    private string? complaint;
    private bool isSettled;
    private long? awaySince;

    /// <summary>Sees to it that an agent runs if one is needed; and, the first time, that none of before is left.</summary>
    public async Task PrepareAsync(bool isNeeded, CancellationToken stop)
    {
        if (isNeeded)
        {
            await StartAsync(stop);
            needed.TrySetResult();
        }
        else if (!isSettled && executable is not null)
        {
            EndOther(AgentSocket.OwnerOf(layout.AgentSocket));
        }

        isSettled = true;
    }

    /// <summary>Once an agent is needed: starts it again when it ended, and tells when it does not answer.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await needed.Task.WaitAsync(stop);
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(stop))
        {
            await StartAsync(stop);
            await LookAsync(stop);
        }
    }

    /// <summary>Ends the agent that we have started.</summary>
    public async ValueTask DisposeAsync()
    {
        gate.Dispose();
        if (child is not { } process)
        {
            return;
        }

        child = null;
        await Signals.EndAsync(process);
    }

    private async Task StartAsync(CancellationToken stop)
    {
        if (executable is null)
        {
            return;
        }

        await gate.WaitAsync(stop);
        try
        {
            if (child is { HasExited: true } ended)
            {
                log.AgentEnded(ended.ExitCode);
                ended.Dispose();
                child = null;
            }

            if (child is null)
            {
                await StartChildAsync(stop);
            }
        }
        finally
        {
            gate.Release();
        }
    }

    // Whoever had the socket before is told when another one has it.
    private async Task StartChildAsync(CancellationToken stop)
    {
        var other = AgentSocket.OwnerOf(layout.AgentSocket);
        try
        {
            child = Process.Start(new ProcessStartInfo(executable!, ["agent", "--state-dir", layout.StateDir])
            {
                UseShellExecute = false,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            })!;

            // It must not hold on to what we write to: whoever reads that waits for its end when we are gone.
            child.ErrorDataReceived += (_, line) => Console.Error.Write(line.Data is { } text ? text + '\n' : "");
            child.BeginErrorReadLine();
        }
        catch (Win32Exception e)
        {
            if (complaint != e.Message)
            {
                complaint = e.Message;
                log.AgentNotStarted(e.Message);
            }

            return;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(StartLimit);
        try
        {
            while (!child.HasExited && AgentSocket.OwnerOf(layout.AgentSocket) != child.Id)
            {
                await Task.Delay(StartInterval, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // It is looked after from now on, and told when it does not answer.
        }

        EndOther(other);
    }

    private void EndOther(int? process)
    {
        if (process is { } pid && pid != child?.Id)
        {
            Signals.Send(pid, Signals.Term);
        }
    }

    private async Task LookAsync(CancellationToken stop)
    {
        var now = TimeProvider.System.GetTimestamp();
        var problem = await AgentSocket.ProblemAsync(layout.AgentSocket, patience < LookLimit ? patience : LookLimit, stop);
        if (problem is null && awaySince is not null)
        {
            log.AgentBack();
            awaySince = null;
        }
        else if (problem is not null && awaySince is null)
        {
            log.AgentAway(problem);
            awaySince = now;
        }

        if (awaySince is { } since && TimeProvider.System.GetElapsedTime(since) >= patience && child is { HasExited: false } hanging)
        {
            log.AgentHangs(patience.TotalSeconds);
            hanging.Kill();
            await hanging.WaitForExitAsync(stop);
            awaySince = TimeProvider.System.GetTimestamp();
        }
    }
}
