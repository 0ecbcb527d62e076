namespace Sluice.Controller.Manifests;

/// <summary>A field of an object that is not what its kind asks for.</summary>
internal sealed class ObjectFailure(string field, string expected, string found) : Exception(Sentence(expected, found))
{
    private const int MaxQuote = 60;

    /// <summary>The path of the field, such as <c>spec.rules[0].host</c>.</summary>
    public string Field { get; } = field;

    public static string Sentence(string expected, string found) => $"Expected {expected}, found {found}.";

    public static string Quoted(string? text) => text switch
    {
        null => "nothing",
        { Length: > MaxQuote } => $"\"{text.AsSpan(0, MaxQuote)}…\"",
        _ => $"\"{text}\"",
    };
}
