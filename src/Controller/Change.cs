using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Controller;

/// <summary>The record of one change that was brought to HAProxy: what was done, how, how long it took, and what was found.</summary>
/// <param name="Sequence">Counts from 1; the first is the full state at start.</param>
/// <param name="Kind">How it was done.</param>
/// <param name="Commands">How many commands HAProxy was sent.</param>
/// <param name="Reasons">Why a reload was needed, or why the change was refused.</param>
/// <param name="Duration">From the snapshot to the change being live.</param>
/// <param name="Findings">Everything that is wrong with the objects at this moment.</param>
public sealed record Change(
    int Sequence, ChangeKind Kind, int Commands, EquatableArray<string> Reasons, TimeSpan Duration, EquatableArray<Finding> Findings)
{
    /// <summary>The Ingresses of our classes at this moment.</summary>
    public Table<NamespacedName, IngressResource> Ingresses { get; init; } = Table.Empty<NamespacedName, IngressResource>();
}

/// <summary>How a change was brought to HAProxy.</summary>
public enum ChangeKind
{
    /// <summary>HAProxy already had all of it.</summary>
    Nothing,

    /// <summary>HAProxy was started with it.</summary>
    Start,

    /// <summary>HAProxy was found running, and was sent the difference, without a reload.</summary>
    Adopt,

    /// <summary>By commands at run time, without a reload.</summary>
    Runtime,

    /// <summary>HAProxy did not hold what it should, and was told by commands. No object changed.</summary>
    Repair,

    /// <summary>By a reload.</summary>
    Reload,

    /// <summary>HAProxy refused it; the former state serves on.</summary>
    Refused,
}
