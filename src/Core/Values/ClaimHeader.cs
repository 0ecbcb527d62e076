namespace Sluice.Core.Values;

/// <summary>A claim of a token, and the header that it becomes: its name in lower case.</summary>
public readonly record struct ClaimHeader(string Claim, string Header)
{
    public override string ToString() => $"{Claim} {Header}";
}
