using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Controller.Manifests;

/// <summary>What became of one object that was decoded.</summary>
public abstract record Decoded
{
    private Decoded()
    {
    }

    /// <summary>An object of a kind we use.</summary>
    public sealed record Valid(Resource Resource) : Decoded
    {
        public ResourceRef Ref { get; } = Resource.Ref;
    }

    /// <summary>An object of a kind we use that has nothing for us, such as a slice of no Service.</summary>
    public sealed record Ignored : Decoded;

    /// <summary>An object of a kind or version that we do not use.</summary>
    public sealed record Unknown : Decoded;

    /// <summary>An object that does not have the shape that its kind asks for.</summary>
    /// <param name="Object">The object, as far as it names itself.</param>
    /// <param name="Field">The path of the field at fault; empty for the object as a whole.</param>
    /// <param name="Problem">A sentence: what was expected and what was found.</param>
    /// <param name="Position">The place of the fault in the JSON text.</param>
    public sealed record Invalid(ResourceRef Object, string Field, string Problem, int Position) : Decoded;
}
