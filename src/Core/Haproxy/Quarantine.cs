using System.Collections.Immutable;

namespace Sluice.Core.Haproxy;

/// <summary>What HAProxy refused, with what it said. It is left out of every state until it changes; all else is applied.</summary>
public sealed record Quarantine(ImmutableDictionary<StatePart, string> Complaints)
{
    public static Quarantine Empty { get; } = new(ImmutableDictionary<StatePart, string>.Empty);

    /// <summary>This quarantine with one part more.</summary>
    public Quarantine With(StatePart part, string complaint) => new(Complaints.SetItem(part, complaint));

    /// <summary>The state without what is set aside, and the quarantine without what the state no longer holds.</summary>
    public (HaproxyState State, Quarantine Quarantine) LeftOutOf(HaproxyState wanted)
    {
        var (state, complaints) = (wanted, Complaints);
        foreach (var part in Complaints.Keys)
        {
            var without = part.RemovedFrom(state);
            complaints = ReferenceEquals(without, state) ? complaints.Remove(part) : complaints;
            state = without;
        }

        return (state, complaints == Complaints ? this : new Quarantine(complaints));
    }
}
