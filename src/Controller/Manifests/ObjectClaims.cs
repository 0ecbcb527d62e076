using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Controller.Manifests;

/// <summary>One place where an object stands.</summary>
internal sealed record Claim(string File, SourceLocation Location, Resource Resource)
{
    /// <summary>The next place where the same object stands; null nearly always.</summary>
    public Claim? Next { get; init; }

    public bool Precedes(Claim other) =>
        string.CompareOrdinal(File, other.File) is var byFile && (byFile < 0 || (byFile == 0 && Location.Line < other.Location.Line));
}

/// <summary>All places where objects stand, the one that counts first: by file, then by line.</summary>
internal sealed class ObjectClaims
{
    private readonly Dictionary<ResourceRef, Claim> claims = [];
    private readonly HashSet<ResourceRef> contested = [];

    public Claim? First(ResourceRef reference) => claims.GetValueOrDefault(reference);

    public void Add(ResourceRef reference, Claim claim)
    {
        var first = First(reference);
        claims[reference] = Insert(first, claim);
        if (first is not null)
        {
            contested.Add(reference);
        }
    }

    public void Remove(ResourceRef reference, string file, int line)
    {
        if (Without(First(reference), file, line) is not { } rest)
        {
            claims.Remove(reference);
            return;
        }

        claims[reference] = rest;
        if (rest.Next is null)
        {
            contested.Remove(reference);
        }
    }

    /// <summary>A finding for each place that does not count.</summary>
    public IEnumerable<Finding> Duplicates()
    {
        foreach (var reference in contested)
        {
            var first = claims[reference];
            for (var other = first.Next; other is not null; other = other.Next)
            {
                yield return new Finding(reference, "", FindingCode.DuplicateObject, $"It also stands in {first.Location}, which is used.")
                {
                    Location = other.Location,
                };
            }
        }
    }

    private static Claim Insert(Claim? chain, Claim claim) =>
        chain is null || claim.Precedes(chain) ? claim with { Next = chain } : chain with { Next = Insert(chain.Next, claim) };

    private static Claim? Without(Claim? chain, string file, int line) =>
        chain is null ? null
        : chain.File == file && chain.Location.Line == line ? chain.Next
        : chain with { Next = Without(chain.Next, file, line) };
}
