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
        await process.IsRunningAsync(stop) ? await TakeOverAsync(asked, stop) : await StartAnewAsync(asked, stop);

    private async Task<Outcome> StartAnewAsync(HaproxyState asked, CancellationToken stop)
    {
        var wanted = await refused.AcceptableAsync(asked, null, stop);
        process.RequireFreePorts();
        files.Write(CarriedOver.Nothing);
        files.Write(wanted);
        if (process.IsExternal)
        {
            log.WaitingForHaproxy(layout.StateDir);
        }

        await process.StartAsync(stop);
        await NowRunsAsync(wanted, stop);
        return new Outcome(ChangeKind.Start, 0, []);
    }

    private async Task<Outcome> TakeOverAsync(HaproxyState wanted, CancellationToken stop)
    {
        process.Adopt();
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
