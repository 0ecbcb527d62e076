using System.Net.Sockets;
using Sluice.Core.Haproxy;

namespace Sluice.Controller.Proxy;

public sealed partial class HaproxyApplier
{
    /// <summary>
    /// Writes the files and starts HAProxy. One that runs already is taken over without a lost request: where it runs this
    /// program it is sent the difference, else it is reloaded.
    /// </summary>
    public async Task<Outcome> StartAsync(HaproxyState asked, CancellationToken stop)
    {
        await PrepareAsync(asked, stop);
        Outcome outcome;
        try
        {
            outcome = await StartOnceAsync(asked, stop);
        }
        catch (HaproxyException e) when (asked.PlainProgram is { } plain)
        {
            // There is no former program: better without the operator's lines than not at all.
            outcome = await StartOnceAsync(asked with { Program = plain, PlainProgram = null }, stop);
            refusedProgram = (asked.Program, e.Message);
        }

        agentFiles.Settle(running!.State);
        if (!running.CanAddBackends)
        {
            log.ReloadsForBackends();
        }

        return outcome;
    }

    private async Task<Outcome> StartOnceAsync(HaproxyState asked, CancellationToken stop) =>
        await process.IsRunningAsync(stop).ToldAsync(log) ? await TakeOverAsync(asked, stop) : await StartAnewAsync(asked, stop);

    private async Task<Outcome> StartAnewAsync(HaproxyState asked, CancellationToken stop)
    {
        if (process.IsExternal)
        {
            return await StartOtherAsync(refused.LeftOutOf(asked), stop);
        }

        var wanted = await refused.AcceptableAsync(asked, null, stop);
        process.RequireFreePorts();
        files.Write(CarriedOver.Nothing);
        files.Write(wanted);
        await process.StartAsync(stop);
        await NowRunsAsync(wanted, stop);
        return new Outcome(ChangeKind.Start, 0, []);
    }

    // We have no HAProxy to try halves with. Where its words do not tell what it refuses, it starts with the program alone,
    // and the rest comes by commands, each of which it can refuse by itself.
    private async Task<Outcome> StartOtherAsync(HaproxyState wanted, CancellationToken stop)
    {
        log.WaitingForHaproxy(layout.StateDir);
        files.Write(CarriedOver.Nothing);
        var starting = wanted;
        for (var isBare = false; ;)
        {
            files.Write(starting);
            var complaint = await process.StartAsync(stop);
            if (complaint.Length == 0)
            {
                break;
            }

            if (refused.LeftOutOf(starting, complaint, running: null) is { } rest)
            {
                (starting, wanted) = (rest, refused.LeftOutOf(wanted));
                continue;
            }

            (starting, isBare) = isBare ? throw new HaproxyException($"HAProxy refuses its configuration: {complaint}") : (RefusedParts.Bare(starting), true);
        }

        await NowRunsAsync(starting, stop);
        return ReferenceEquals(starting, wanted) ? new Outcome(ChangeKind.Start, 0, []) : (await BringAsync(wanted, stop)) with { Kind = ChangeKind.Start };
    }

    // They are the same as long as the program is, so that the next controller can compare.
    private void RememberPatterns(string seen, HaproxyState state)
    {
        if (seen != patterns)
        {
            files.WritePatterns(StateText.ProgramId(state), seen);
        }

        patterns = seen;
    }

    private async Task<Outcome> TakeOverAsync(HaproxyState wanted, CancellationToken stop)
    {
        process.Adopt();
        patterns = files.PatternsOf(StateText.ProgramId(wanted));
        Outcome outcome;
        try
        {
            outcome = await MendAsync(wanted, isReloadAllowed: true, stop);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            outcome = await ReloadAsync(wanted, [$"its runtime socket cannot be used ({e.Message})"], stop);
        }

        return outcome.Kind switch
        {
            ChangeKind.Refused => throw new HaproxyException(
                $"The running HAProxy cannot be taken over, it serves on as before: {string.Join("; ", outcome.Reasons)}"),
            ChangeKind.Reload => outcome with { Reasons = ["taking over the running HAProxy", .. outcome.Reasons] },
            _ => outcome with { Kind = ChangeKind.Adopt },
        };
    }
}
