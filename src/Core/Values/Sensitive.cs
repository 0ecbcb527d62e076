namespace Sluice.Core.Values;

/// <summary>Text that must not be seen: whatever prints it prints [redacted].</summary>
public sealed record Sensitive(string Reveal)
{
    public override string ToString() => "[redacted]";
}
