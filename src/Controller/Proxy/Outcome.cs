using Sluice.Core.Values;

namespace Sluice.Controller.Proxy;

/// <summary>How a state was brought to HAProxy.</summary>
public sealed record Outcome(ChangeKind Kind, int Commands, EquatableArray<string> Reasons);
