namespace Sluice.Core.Model;

/// <summary>By what a pod is chosen (HAProxy configuration manual, "balance").</summary>
public enum Balance
{
    /// <summary>One after the other.</summary>
    RoundRobin,

    /// <summary>The one with the fewest connections.</summary>
    LeastConnections,

    /// <summary>The first one that has room.</summary>
    First,

    /// <summary>The less loaded one of two that are drawn.</summary>
    Random,

    /// <summary>The one that a hash of something in the request leads to; few requests move when pods come and go.</summary>
    Hash,
}

/// <summary>By what a pod is chosen, and what is hashed for it if it is by a hash.</summary>
public sealed record Spread(Balance Balance, HashKey? Key = null);

/// <summary>What of a request is hashed.</summary>
/// <param name="Source">Which part of it.</param>
/// <param name="Name">The name of the header, cookie or parameter: letters, digits and <c>. _ -</c>.</param>
public sealed record HashKey(HashSource Source, string Name = "");

/// <summary>Which part of a request is hashed.</summary>
public enum HashSource
{
    /// <summary>The client's address.</summary>
    Source,

    /// <summary>The path, without the query.</summary>
    Uri,

    Header,
    Cookie,

    /// <summary>A parameter of the query.</summary>
    Query,
}
