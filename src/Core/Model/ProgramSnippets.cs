namespace Sluice.Core.Model;

/// <summary>Lines of HAProxy's own language that the operator adds to sections of the program; empty for none.</summary>
public sealed record ProgramSnippets(string Global, string Defaults, string Frontend, string Backend)
{
    public static readonly ProgramSnippets None = new("", "", "", "");
}
