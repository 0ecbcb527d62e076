using System.Security.Cryptography;
using System.Text;

namespace Sluice.Core.Haproxy;

/// <summary>The state as the text of files: what HAProxy reads when it starts.</summary>
public static class StateText
{
    private const string Description = "sluice-";

    /// <summary>The program; its last line says which one it is, and HAProxy tells it when it is asked (<c>show info</c>).</summary>
    public static string Program(HaproxyState state) => $"""
        {string.Join('\n', state.Program.Select(section => section.Text))}
        global
          description {Description}{ProgramId(state)}

        """;

    /// <summary>What HAProxy asks the agent, where the program has it ask.</summary>
    public static string AgentQuestions => AgentProgram.Questions;

    /// <summary>Which program it is: made from its text.</summary>
    public static string ProgramId(HaproxyState state) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(state.Program.Select(section => section.Text)))))[..16];

    /// <summary>Which program HAProxy describes; empty if it is none of ours.</summary>
    public static string DescribedProgramId(string description) =>
        description.StartsWith(Description, StringComparison.Ordinal) ? description[Description.Length..] : "";

    public static string Backends(HaproxyState state)
    {
        var text = new StringBuilder();
        text.AppendJoin("", state.Backends.Values.Select(backend => backend.Scripts).OfType<Section>().Distinct().OrderBy(section => section.Name, StringComparer.Ordinal).Select(section => section.Text));
        foreach (var backend in state.Backends.Values)
        {
            text.Append("backend ").Append(backend.Name).Append(" from ").Append(backend.Profile)
                .Append("\n  guid ").Append(Names.Guid("b", backend.Name)).Append('\n');
            text.Append(backend.Scripts is { } scripts ? $"  use-fcgi-app {scripts.Name}\n{(backend.Servers.Count > 0 ? "" : $"  {FastCgiSection.Placeholder}\n")}" : "");
            foreach (var server in backend.Servers)
            {
                text.Append("  server ").Append(server.Name).Append(' ').Append(server.Address).Append(server.Keywords)
                    .Append(" guid ").Append(Names.Guid("s", backend.Name, server.Name)).Append('\n');
            }
        }

        return text.ToString();
    }

    public static string Map(HaproxyState state, MapName map)
    {
        var text = new StringBuilder();
        foreach (var entry in map == MapName.Regex ? state.Regexes : state.Entries.Where(entry => entry.Map == map))
        {
            text.Append(entry.Key).Append(' ').Append(entry.Value).Append('\n');
        }

        return text.ToString();
    }

    public static string CertificateList(HaproxyState state, Layout layout)
    {
        var text = new StringBuilder();
        text.Append(layout.DefaultCertificateFile).Append(" *\n");
        foreach (var entry in state.Certificates.Values)
        {
            text.Append(CertificateLine(entry, layout)).Append('\n');
        }

        return text.ToString();
    }

    internal static string CertificateLine(CertificateEntry entry, Layout layout) =>
        $"{layout.CertificateFile(entry.Name)} {string.Join(' ', entry.Hosts)}";
}
