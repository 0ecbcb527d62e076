using Sluice.Core.Haproxy;

namespace Sluice.Controller.Proxy;

/// <summary>
/// Finds what of a state HAProxy refuses, and sets it aside until it changes: by the command or by HAProxy's words where
/// they tell, else by trying halves.
/// </summary>
internal sealed class RefusedParts(HaproxyProcess process, StateFiles files, Layout layout)
{
    /// <summary>What is set aside.</summary>
    public Quarantine Quarantine { get; private set; } = Quarantine.Empty;

    /// <summary>The state without what is set aside. What has changed since is tried again.</summary>
    public HaproxyState LeftOutOf(HaproxyState asked)
    {
        (var state, Quarantine) = Quarantine.LeftOutOf(asked);
        return state;
    }

    /// <summary>The state without what the refused commands bring, as far as each of them brings something of its own.</summary>
    public HaproxyState LeftOutOf(HaproxyState wanted, IReadOnlyList<Refusal> refusals) => refusals.Aggregate(wanted, (state, refusal) =>
        !refusal.IsForNow && (StatePart.Of(refusal.Command, state) ?? Named(refusal.Reply, state, null)) is { } part ? SetAside(state, part, refusal.Reply) : state);

    /// <summary>The state without what a complaint names; null if it names nothing that is new.</summary>
    public HaproxyState? LeftOutOf(HaproxyState wanted, string complaint, HaproxyState? running) =>
        Named(complaint, wanted, running) is { } part ? SetAside(wanted, part, complaint) : null;

    /// <summary>As much of the state as HAProxy accepts.</summary>
    /// <param name="wanted">The state, without what is set aside already.</param>
    /// <param name="running">What HAProxy is known to accept; null for nothing.</param>
    /// <param name="stop">Ends the search.</param>
    /// <exception cref="HaproxyException">HAProxy refuses it also without everything that could be set aside.</exception>
    public async Task<HaproxyState> AcceptableAsync(HaproxyState wanted, HaproxyState? running, CancellationToken stop)
    {
        var complaint = await CheckAsync(wanted, stop);
        while (complaint.Length > 0 && LeftOutOf(wanted, complaint, running) is { } rest)
        {
            wanted = rest;
            complaint = await CheckAsync(wanted, stop);
        }

        if (complaint.Length == 0)
        {
            return wanted;
        }

        var suspects = StatePart.New(wanted, running).ToList();
        if (await CheckAsync(Without(wanted, suspects), stop) is { Length: > 0 } ofRest)
        {
            throw new HaproxyException($"HAProxy refuses its configuration: {ofRest}");
        }

        Quarantine = await HalveAsync(wanted, suspects, [], Quarantine, complaint, stop);
        return Without(wanted, Quarantine.Complaints.Keys);
    }

    /// <summary>Reloads HAProxy with as much of the state as it accepts. Returns that, and why it refuses; empty if it does not.</summary>
    /// <exception cref="HaproxyException">HAProxy refuses it also without everything that could be set aside.</exception>
    public async Task<(HaproxyState State, string Complaint)> ReloadAsync(HaproxyState wanted, HaproxyState? running, CancellationToken stop)
    {
        while (true)
        {
            wanted = await AcceptableAsync(wanted, running, stop);
            files.Write(wanted);
            var complaint = await process.ReloadAsync(stop);
            if (complaint.Length > 0 && files.WriteAgain())
            {
                // What was checked was a copy; in its own folder somebody had damaged a file.
                complaint = await process.ReloadAsync(stop);
            }

            if (complaint.Length == 0 || LeftOutOf(wanted, complaint, running) is not { } rest)
            {
                return (wanted, complaint);
            }

            wanted = rest;
        }
    }

    /// <summary>The state without anything that objects ask for.</summary>
    public static HaproxyState Bare(HaproxyState state) => Without(state, StatePart.New(state, null).ToList());

    private HaproxyState SetAside(HaproxyState state, StatePart part, string complaint)
    {
        Quarantine = Quarantine.With(part, complaint);
        return part.RemovedFrom(state);
    }

    private static StatePart? Named(string complaint, HaproxyState wanted, HaproxyState? running) =>
        StatePart.New(wanted, running).FirstOrDefault(part => part.IsNamedIn(complaint));

    // Of the suspects, all others set aside, those that HAProxy refuses. Costs some checks for each part that it refuses.
    private async Task<Quarantine> HalveAsync(
        HaproxyState wanted, IReadOnlyList<StatePart> suspects, IReadOnlyList<StatePart> others, Quarantine quarantine, string complaint, CancellationToken stop)
    {
        if (suspects.Count == 1)
        {
            return quarantine.With(suspects[0], complaint);
        }

        var half = suspects.Count / 2;
        IReadOnlyList<StatePart> first = [.. suspects.Take(half)], second = [.. suspects.Skip(half)];
        var ofFirst = await CheckAsync(Without(wanted, [.. others, .. second]), stop);
        if (ofFirst.Length > 0)
        {
            quarantine = await HalveAsync(wanted, first, [.. others, .. second], quarantine, ofFirst, stop);
        }

        // Where the first half is good, the complaint is about the second.
        var ofSecond = ofFirst.Length > 0 ? await CheckAsync(Without(wanted, [.. others, .. first]), stop) : complaint;
        return ofSecond.Length > 0 ? await HalveAsync(wanted, second, [.. others, .. first], quarantine, ofSecond, stop) : quarantine;
    }

    private static HaproxyState Without(HaproxyState state, IEnumerable<StatePart> parts) =>
        parts.Aggregate(state, (rest, part) => part.RemovedFrom(rest));

    // HAProxy reads a copy in another folder.
    private async Task<string> CheckAsync(HaproxyState wanted, CancellationToken stop)
    {
        if (process.IsExternal)
        {
            // The master checks the files itself when it reloads, and keeps its worker if they are not good.
            return "";
        }

        var copy = layout with { StateDir = $"{layout.StateDir}/check" };
        try
        {
            files.WriteCopy(copy, wanted);
            return await process.CheckAsync(copy, stop);
        }
        finally
        {
            if (Directory.Exists(copy.StateDir))
            {
                Directory.Delete(copy.StateDir, recursive: true);
            }
        }
    }
}
