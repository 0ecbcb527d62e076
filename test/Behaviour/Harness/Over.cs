namespace Sluice.Behaviour.Harness;

/// <summary>The protocol that a client speaks.</summary>
public enum Over
{
    Http1,
    Http2,
}
