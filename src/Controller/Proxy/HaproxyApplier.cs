using System.Collections.Immutable;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Sluice.Core.Haproxy;
using Sluice.Core.Values;

namespace Sluice.Controller.Proxy;

/// <summary>Brings HAProxy to a state: by commands where that can be, else by a reload. Knows what HAProxy runs. One caller at a time.</summary>
public sealed partial class HaproxyApplier(
    HaproxyProcess process, StateFiles files, Layout layout, TimeSpan reloadInterval, ILogger<HaproxyApplier> log) : IDisposable
{
    // Some repairs show only what else there is to repair.
    private const int RepairRounds = 5;

    private readonly HaproxyConnection connection = new(layout, log);
    private readonly RefusedParts refused = new(process, files, layout);
    private readonly ReloadPause pause = new(reloadInterval);
    private readonly AgentFiles agentFiles = new(layout, log);

    private RunningState? running;
    private ImmutableHashSet<Retirement> drained = [];
    private (EquatableArray<Section> Program, string Complaint)? refusedProgram;

    private bool isReloadHeld;

    // What the patterns of the program's rules are when nobody has changed them; null until HAProxy was asked.
    private string? patterns;

    // A command may have been carried out of which we do not know it.
    private bool isUncertain;

    /// <summary>What HAProxy asks; null where nobody starts it.</summary>
    public AgentProcess? Agent { get; init; }

    /// <summary>Where HAProxy's files and sockets lie.</summary>
    public Layout Layout => layout;

    /// <summary>Servers and backends that are being drained before they are deleted.</summary>
    public ImmutableHashSet<Retirement> Retiring => running is null ? [] : [.. running.Deletable];

    /// <summary>Whether something is left to do later: to delete what was drained, or to write files that could not be written.</summary>
    public bool HasWorkLeft => !Retiring.IsEmpty || files.HasUnwritten || agentFiles.HasWorkLeft;

    /// <summary>How long it is until a reload may be made that waits for its time; null if none waits.</summary>
    public TimeSpan? UntilReload => isReloadHeld ? pause.Left : null;

    /// <summary>Why HAProxy refuses this state's program with the operator's own lines; null if it does not, or there are none.</summary>
    public string? ComplaintOfSnippets(HaproxyState asked) =>
        asked.PlainProgram is not null && refusedProgram is { } known && known.Program == asked.Program ? known.Complaint : null;

    /// <summary>What HAProxy refused and what is therefore left out.</summary>
    public Quarantine Quarantine => refused.Quarantine;

    /// <summary>
    /// Brings HAProxy to the state. If HAProxy refuses, the former state serves on; a program that it refused is not
    /// tried again until it is another one, and the data goes on changing beneath the program that runs.
    /// </summary>
    public async Task<Outcome> ApplyAsync(HaproxyState asked, CancellationToken stop)
    {
        await PrepareAsync(asked, stop);
        var outcome = await BringAsync(refused.LeftOutOf(asked), stop);
        agentFiles.Settle(running!.State);
        return outcome;
    }

    /// <summary>Reads back what HAProxy holds and repairs what is not as it should be.</summary>
    public Task<Outcome> ReadBackAsync(CancellationToken stop) => MendAsync(running!.State, isReloadAllowed: false, stop);

    /// <summary>After HAProxy ended: starts it again from the files, which hold what it ran.</summary>
    public async Task RestartAsync(CancellationToken stop)
    {
        files.WriteAgain();
        agentFiles.WriteAgain(files.Written!);
        await process.RestartAsync(stop);
        await NowRunsAsync(files.Written!, stop);
    }

    public void Dispose() => connection.Dispose();

    // Before HAProxy may ask, somebody is there who can answer. Without, requests are refused, and nothing else is.
    private async Task PrepareAsync(HaproxyState wanted, CancellationToken stop)
    {
        agentFiles.Write(wanted);
        if (Agent is { } agent)
        {
            await agent.PrepareAsync(wanted.AsksAgent(), stop);
        }
    }

    private async Task<Outcome> BringAsync(HaproxyState wanted, CancellationToken stop)
    {
        if (wanted.Program == refusedProgram?.Program)
        {
            wanted = Planner.WithProgramOf(running!.State, wanted);
        }

        if (isUncertain)
        {
            return await MendAsync(wanted, isReloadAllowed: true, stop);
        }

        var plan = Planner.Plan(running!, wanted);
        var wasHeld = isReloadHeld;
        isReloadHeld = plan is Plan.Reload && pause.Left > TimeSpan.Zero;
        switch (plan)
        {
            case Plan.Update update:
                return await UpdateAsync(update.Commands, wanted, stop);
            case Plan.Reload reload when isReloadHeld:
                if (!wasHeld)
                {
                    log.ReloadHeld(pause.Left.TotalSeconds, string.Join("; ", reload.Reasons));
                }

                var data = await BringAsync(Planner.WithoutReload(running!, wanted), stop);
                isReloadHeld = true;
                return data;
            case Plan.Reload reload:
                return await ReloadOrRestAsync(wanted, reload.Reasons, stop);
            default:
                running = running!.After([], wanted);
                files.WriteWhenPossible(wanted);
                return new Outcome(ChangeKind.Nothing, 0, []);
        }
    }

    // Where a reload is refused, or cannot even be tried because a disk is full, all that needs none is applied.
    private async Task<Outcome> ReloadOrRestAsync(HaproxyState wanted, EquatableArray<string> reasons, CancellationToken stop)
    {
        Outcome outcome;
        try
        {
            outcome = await ReloadAsync(wanted, reasons, stop);
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException)
        {
            await BringAsync(Planner.WithoutReload(running!, wanted), stop);
            throw;
        }

        if (outcome.Kind != ChangeKind.Refused)
        {
            return outcome;
        }

        refusedProgram = wanted.Program == running!.State.Program ? refusedProgram : (wanted.Program, outcome.Reasons[^1]);
        var data = await BringAsync(Planner.WithoutReload(running, wanted), stop);
        return outcome with { Commands = data.Commands, Reasons = [.. outcome.Reasons, .. data.Reasons] };
    }

    private async Task<Outcome> UpdateAsync(EquatableArray<RuntimeCommand> commands, HaproxyState wanted, CancellationToken stop)
    {
        isUncertain = true;
        try
        {
            var refusals = await connection.SendAsync(commands, stop);
            if (refusals.Count == 0)
            {
                isUncertain = false;
                running = running!.After(commands, wanted);
                drained = drained.Intersect(running.Retiring);
                files.WriteWhenPossible(wanted);
                return new Outcome(ChangeKind.Runtime, commands.Count, []);
            }

            log.CommandRefused(refusals[0].ToString());
        }
        catch (IOException e)
        {
            log.SocketLost(e.Message);
            if (!await process.IsRunningAsync(stop).ToldAsync(log))
            {
                await RestartAsync(stop);
                return await BringAsync(wanted, stop);
            }
        }

        var mended = await MendAsync(wanted, isReloadAllowed: true, stop);
        return mended.Kind == ChangeKind.Nothing ? mended with { Kind = ChangeKind.Runtime, Commands = commands.Count } : mended;
    }

    // Reads back, compares and repairs until nothing differs. What HAProxy refuses twice is set aside.
    private async Task<Outcome> MendAsync(HaproxyState wanted, bool isReloadAllowed, CancellationToken stop)
    {
        var repairs = new List<string>();
        var refusedBefore = new HashSet<RuntimeCommand>();
        for (var round = 0; round < RepairRounds; round++)
        {
            var seen = await connection.ObserveAsync(wanted, stop);
            if (seen.IsStopping)
            {
                throw Ending();
            }

            if (seen.Unanswered.Count > 0 && seen.ProgramId == StateText.ProgramId(wanted))
            {
                return await UnlockAsync(wanted, seen.Unanswered[0], stop);
            }

            var drift = Drift.Between(seen, wanted, layout, wanted.HasSnippets ? null : patterns);
            switch (drift.Repair(wanted))
            {
                case Plan.Reload when pause.Left > TimeSpan.Zero && running is { } known && wanted.Program != known.State.Program:
                    wanted = Planner.WithoutReload(known, wanted);
                    isReloadHeld = true;
                    break;
                case Plan.Reload reload when pause.Left > TimeSpan.Zero:
                    EquatableArray<string> waiting = ["a reload waits for its time", .. reload.Reasons];
                    return isReloadAllowed ? throw new IOException(string.Join("; ", waiting)) : new Outcome(ChangeKind.Refused, 0, waiting);
                case Plan.Reload reload:
                    return await ReloadAsync(wanted, reload.Reasons, stop);
                case Plan.Update update:
                    isUncertain = true;
                    var refusals = await connection.SendAsync(update.Commands, stop);
                    wanted = refused.LeftOutOf(wanted, [.. refusals.Where(refusal => refusedBefore.Contains(refusal.Command))]);
                    refusedBefore.UnionWith(refusals.Select(refusal => refusal.Command));
                    repairs.AddRange(update.Commands.Select(RepairText.Of));
                    break;
                default:
                    isUncertain = false;
                    RememberPatterns(patterns ?? seen.Patterns, wanted);
                    running = drift.Running with { State = wanted };
                    drained = drained.Intersect(running.Retiring);
                    files.WriteWhenPossible(wanted);
                    return new Outcome(repairs.Count == 0 ? ChangeKind.Nothing : ChangeKind.Runtime, repairs.Count, [.. repairs]);
            }
        }

        EquatableArray<string> reasons = ["HAProxy does not keep what it is told", .. repairs.Distinct(StringComparer.Ordinal)];
        return isReloadAllowed ? await ReloadAsync(wanted, reasons, stop) : new Outcome(ChangeKind.Refused, repairs.Count, reasons);
    }

    // HAProxy 3.4 at times leaves its certificates locked for good; a new worker has them unlocked.
    private Task<Outcome> UnlockAsync(HaproxyState wanted, (string Question, string Reply) unanswered, CancellationToken stop)
    {
        var reason = $"it does not answer '{unanswered.Question}': {unanswered.Reply}";
        return pause.Left > TimeSpan.Zero ? throw new IOException($"HAProxy waits for a reload, {reason}") : ReloadAsync(wanted, [reason], stop);
    }

    // The former state serves on where HAProxy refuses: what the files hold. Commands that were sent in vain are taken back.
    private async Task<Outcome> ReloadAsync(HaproxyState wanted, EquatableArray<string> reasons, CancellationToken stop)
    {
        if (await connection.IsEndingAsync(stop))
        {
            throw Ending();
        }

        var former = files.Written;
        string complaint;
        try
        {
            files.Write(await connection.CarriedOverAsync(stop));
            (wanted, complaint) = await refused.ReloadAsync(wanted, former, stop);
            if (complaint.Length == 0)
            {
                pause.Begin();
                files.Write(CarriedOver.Nothing);
                await NowRunsAsync(wanted, stop);
                return new Outcome(ChangeKind.Reload, 0, reasons);
            }
        }
        catch (HaproxyException e)
        {
            complaint = e.Message;
        }

        if (former is not null)
        {
            files.Write(former);
            if (isUncertain)
            {
                await MendAsync(former, isReloadAllowed: false, stop);
            }
        }

        return new Outcome(ChangeKind.Refused, 0, [.. reasons, complaint]);
    }

    // A reload would bring to life again what somebody wants to end, and a worker does not end while we are connected. What
    // was to be done is not refused: it is tried again when a HAProxy is there.
    private HaproxyException Ending()
    {
        connection.Dispose();
        process.LetFinish();
        return new HaproxyException("HAProxy was told to stop, and finishes what it has begun");
    }

    private async Task NowRunsAsync(HaproxyState state, CancellationToken stop)
    {
        await connection.ConnectAsync(stop);
        RememberPatterns(await connection.PatternsAsync(stop), state);
        (running, drained, isUncertain) = (new RunningState(state, [], connection.CanAddBackends), [], false);
    }
}
