using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Sluice.Core.Haproxy;
using Sluice.Core.Values;

namespace Sluice.Controller.Proxy;

/// <summary>Brings HAProxy to a state: by commands where that can be, else by a reload. Knows what HAProxy runs. One caller at a time.</summary>
public sealed class HaproxyApplier(HaproxyProcess process, StateFiles files, Layout layout, ILogger<HaproxyApplier> log) : IDisposable
{
    // Well below the time after which HAProxy closes an idle connection ("stats timeout" in the program).
    private static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(20);

    private RunningState? running;
    private RuntimeSocket? socket;
    private long lastUse;
    private ImmutableHashSet<Retirement> drained = [];
    private EquatableArray<Section>? refusedProgram;
    private HaproxyState? unwritten;

    /// <summary>Where HAProxy's files and sockets lie.</summary>
    public Layout Layout => layout;

    /// <summary>Servers and backends that are being drained before they are deleted.</summary>
    public ImmutableHashSet<Retirement> Retiring => running?.Retiring ?? [];

    /// <summary>Whether something is left to do later: to delete what was drained, or to write files that could not be written.</summary>
    public bool HasWorkLeft => !Retiring.IsEmpty || unwritten is not null;

    /// <summary>Writes the files and starts HAProxy; one that runs already is taken over by a reload, without a lost request.</summary>
    public async Task<Outcome> StartAsync(HaproxyState wanted, CancellationToken stop)
    {
        if (await CheckAsync(wanted, stop) is { Length: > 0 } complaints)
        {
            throw new HaproxyException($"HAProxy refuses its configuration: {complaints}");
        }

        if (await process.IsRunningAsync(stop))
        {
            files.Write(wanted);
            var outcome = await ReloadAsync(wanted, ["taking over the running HAProxy"], stop);
            return outcome.Kind == ChangeKind.Reload
                ? outcome
                : throw new HaproxyException($"The running HAProxy cannot be taken over, it serves on as before: {string.Join("; ", outcome.Reasons)}");
        }

        process.RequireFreePorts();
        files.Write(wanted);
        if (process.IsExternal)
        {
            log.WaitingForHaproxy(layout.StateDir);
        }

        await process.StartAsync(stop);
        await NowRunsAsync(wanted, stop);
        return new Outcome(ChangeKind.Start, 0, []);
    }

    /// <summary>
    /// Brings HAProxy to the state. If HAProxy refuses, the former state serves on; a program that it refused is not
    /// tried again until it is another one, and the data goes on changing beneath the program that runs.
    /// </summary>
    public async Task<Outcome> ApplyAsync(HaproxyState wanted, CancellationToken stop)
    {
        if (wanted.Program == refusedProgram)
        {
            wanted = wanted with { Program = running!.State.Program };
        }

        switch (Planner.Plan(running!, wanted))
        {
            case Plan.Update update:
                return await UpdateAsync(update.Commands, wanted, stop);
            case Plan.Reload reload:
                var outcome = await CheckedReloadAsync(wanted, reload.Reasons, isUncertain: false, stop);
                return outcome.Kind == ChangeKind.Refused && wanted.Program != running!.State.Program
                    ? await WithoutProgramAsync(wanted, outcome, stop)
                    : outcome;
            default:
                running = running! with { State = wanted };
                WriteFiles(wanted);
                return new Outcome(ChangeKind.Nothing, 0, []);
        }
    }

    private async Task<Outcome> WithoutProgramAsync(HaproxyState wanted, Outcome refused, CancellationToken stop)
    {
        refusedProgram = wanted.Program;
        var data = await ApplyAsync(wanted, stop);
        return refused with { Commands = data.Commands, Reasons = [.. refused.Reasons, .. data.Reasons] };
    }

    // A state that is live is live, also where the disk is full. The files are written when they can be.
    private void WriteFiles(HaproxyState state)
    {
        try
        {
            files.Write(state);
            unwritten = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (unwritten is null)
            {
                log.FilesNotWritten(e.Message);
            }

            unwritten = state;
        }
    }

    /// <summary>After HAProxy ended: starts it again from the files, which hold what it ran.</summary>
    public async Task RestartAsync(CancellationToken stop)
    {
        try
        {
            files.WriteAgain();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The files that are there are whole, each of them; HAProxy is better off with them than not at all.
            log.FilesNotWritten(e.Message);
        }

        await process.RestartAsync(stop);
        await NowRunsAsync(files.Written!, stop);
    }

    /// <summary>Deletes what has been draining since the last call and has no connection left. Returns how many are left.</summary>
    public async Task<int> DeleteRetiredAsync(CancellationToken stop)
    {
        if (unwritten is not null)
        {
            WriteFiles(unwritten);
        }

        if (running is null || running.Retiring.IsEmpty)
        {
            return 0;
        }

        var deleted = await SendAsync(connection => RetiredServers.DeleteAsync(connection, running.Retiring.Intersect(drained), stop), stop);
        running = running with { Retiring = running.Retiring.Except(deleted) };
        drained = running.Retiring;
        return running.Retiring.Count;
    }

    public void Dispose() => socket?.Dispose();

    private async Task<Outcome> UpdateAsync(EquatableArray<RuntimeCommand> commands, HaproxyState wanted, CancellationToken stop)
    {
        string? refusal;
        try
        {
            refusal = await SendAsync(commands, stop);
        }
        catch (IOException e)
        {
            log.SocketLost(e.Message);
            refusal = "the runtime socket was lost in the middle of a change";
            if (!await process.IsRunningAsync(stop))
            {
                await RestartAsync(stop);
                return await ApplyAsync(wanted, stop);
            }
        }

        if (refusal is not null)
        {
            return await CheckedReloadAsync(wanted, [refusal], isUncertain: true, stop);
        }

        running = running!.After(commands, wanted);
        drained = drained.Intersect(running.Retiring);
        WriteFiles(wanted);
        return new Outcome(ChangeKind.Runtime, commands.Count, []);
    }

    // Null if HAProxy did all of it, else the command that it refused and what it said.
    private async Task<string?> SendAsync(EquatableArray<RuntimeCommand> commands, CancellationToken stop)
    {
        var lines = commands.SelectMany(command => command.Lines(layout)).ToList();
        var replies = await SendAsync(connection => connection.SendAsync(lines, stop), stop);
        for (var i = 0; i < lines.Count; i++)
        {
            if (!IsDone(lines[i], replies[i]))
            {
                var command = lines[i].Text.Split('\n')[0];
                return $"HAProxy refused '{command}': {replies[i]}";
            }
        }

        return null;
    }

    // A connection that was idle for long, or on which an exchange failed, is replaced by a new one.
    private async Task<T> SendAsync<T>(Func<RuntimeSocket, Task<T>> exchange, CancellationToken stop)
    {
        if (socket is null || TimeProvider.System.GetElapsedTime(lastUse) > LongestIdle)
        {
            await ConnectAsync(stop);
        }

        try
        {
            lastUse = TimeProvider.System.GetTimestamp();
            return await exchange(socket!);
        }
        catch (IOException)
        {
            socket?.Dispose();
            socket = null;
            throw;
        }
    }

    private async Task ConnectAsync(CancellationToken stop)
    {
        var connection = await RuntimeSocket.ConnectAsync(layout.RuntimeSocket, stop);
        socket?.Dispose();
        (socket, lastUse) = (connection, TimeProvider.System.GetTimestamp());
    }

    private static bool IsDone(RuntimeLine line, string reply) =>
        line.Expected.Length == 0 ? reply.Length == 0 : reply.Contains(line.Expected, StringComparison.Ordinal);

    // It is uncertain what HAProxy knows if commands before the refused one were carried out: then only a reload can tell.
    private async Task<Outcome> CheckedReloadAsync(
        HaproxyState wanted, EquatableArray<string> reasons, bool isUncertain, CancellationToken stop)
    {
        var former = running!.State;
        var complaints = await CheckAsync(wanted, stop);
        if (complaints.Length == 0)
        {
            files.Write(wanted);
            var outcome = await ReloadAsync(wanted, reasons, stop);
            if (outcome.Kind != ChangeKind.Refused)
            {
                return outcome;
            }

            complaints = outcome.Reasons[0];
            files.Write(former);
        }

        if (!isUncertain)
        {
            return new Outcome(ChangeKind.Refused, 0, [.. reasons, complaints]);
        }

        var restored = await ReloadAsync(former, reasons, stop);
        return new Outcome(ChangeKind.Refused, 0,
            [.. reasons, complaints, restored.Kind == ChangeKind.Reload ? "the former state was reloaded" : $"the former state could not be reloaded: {restored.Reasons[0]}"]);
    }

    private async Task<Outcome> ReloadAsync(HaproxyState state, EquatableArray<string> reasons, CancellationToken stop)
    {
        if (await process.ReloadAsync(stop) is { Length: > 0 } complaints)
        {
            return new Outcome(ChangeKind.Refused, 0, [complaints]);
        }

        await NowRunsAsync(state, stop);
        return new Outcome(ChangeKind.Reload, 0, reasons);
    }

    private async Task NowRunsAsync(HaproxyState state, CancellationToken stop)
    {
        await ConnectAsync(stop);
        running = new RunningState(state, []);
        drained = [];
    }

    private async Task<string> CheckAsync(HaproxyState wanted, CancellationToken stop)
    {
        var copy = layout with { StateDir = $"{layout.StateDir}/check" };
        try
        {
            files.WriteCopy(copy, wanted);
            return await process.CheckAsync(copy, stop);
        }
        finally
        {
            Directory.Delete(copy.StateDir, recursive: true);
        }
    }
}

/// <summary>How a state was brought to HAProxy.</summary>
public sealed record Outcome(ChangeKind Kind, int Commands, EquatableArray<string> Reasons);
