namespace Sluice.Core.Haproxy;

/// <summary>
/// What frontends have for some routes only, though every request pays for it by its being there. It comes in by a reload
/// when it is first asked for, and stays.
/// </summary>
public enum Filter
{
    /// <summary>Asks the agent.</summary>
    Agent,

    /// <summary>Gives the agent copies of requests. It is one of its own, which has less patience.</summary>
    Mirror,

    /// <summary>Keeps answers for the next one who asks for the same.</summary>
    Cache,

    /// <summary>Compresses answers of backends whose profile says which.</summary>
    Compression,

    /// <summary>Lets answers go out no faster than they may.</summary>
    Bandwidth,
}
