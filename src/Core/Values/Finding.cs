namespace Sluice.Core.Values;

/// <summary>How much a finding matters: an error means that something asked for is not served.</summary>
public enum Severity
{
    Information,
    Warning,
    Error,
}

/// <summary>
/// Something wrong with what a user wrote: which object, which field of it, what was expected and what happens
/// meanwhile. Findings never stop the work on other objects.
/// </summary>
/// <param name="Object">The object at fault; for a file that cannot be read, the file.</param>
/// <param name="Field">The path of the field, such as <c>spec.rules[0].host</c>; empty for the object as a whole.</param>
/// <param name="Code">What kind of finding this is.</param>
/// <param name="Message">A sentence with the value, what was expected, and what happens meanwhile.</param>
public sealed record Finding(ResourceRef Object, string Field, FindingCode Code, string Message)
{
    public string Field { get; init; } = InOneLine(Field);

    public string Message { get; init; } = InOneLine(Message);

    /// <summary>Where the object was read from, if from a file.</summary>
    public SourceLocation? Location { get; init; }

    public Severity Severity => Code.Severity;

    public override string ToString() =>
        InOneLine($"{(Location is null ? "" : $"{Location}: ")}{Object}{(Field.Length == 0 ? "" : $", {Field}")}: {Message} [{Code.Id}]");

    // Names of annotations, Secrets and classes get here as written: they must not forge a line of a log.
    private static string InOneLine(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)) : text;
}
