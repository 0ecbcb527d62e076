using System.Globalization;

namespace Sluice.Core.Haproxy;

/// <summary>What a worker leaves to the one that takes its place, as the text of files (HAProxy management guide, "dump stats-file", "show servers state").</summary>
/// <param name="Counters">Its counters.</param>
/// <param name="Servers">The servers that its health checks found down.</param>
public sealed record CarriedOver(string Counters, string Servers)
{
    /// <summary>What the first worker finds.</summary>
    public static readonly CarriedOver Nothing = new("", "1\n");

    private const string Down = "0";
    private const string NotByHand = "0";

    // Of the bits of srv_check_state and srv_agent_state.
    private const int Enabled = 4;

    /// <summary>The commands to send.</summary>
    public static IReadOnlyList<string> Questions { get; } = ["dump stats-file", "show servers state"];

    /// <summary>Made from the replies. Of the servers only what checks found counts: weights and the like are in the configuration.</summary>
    public static CarriedOver From(IReadOnlyList<string> replies) => new(replies[0], string.Concat(replies[1].Split('\n').Where(IsKept).Select(line => line + "\n")));

    // The version and the head, and of the servers (be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state ... srv_check_state
    // srv_agent_state ...) those that their checks or agents found down.
    private static bool IsKept(string line) =>
        line.Split(' ') is not [_, _, _, _, _, var operational, var administrative, _, _, _, _, _, _, var check, var agent, ..] cells || cells[0] == "#"
        || (operational == Down && administrative == NotByHand && (IsEnabled(check) || IsEnabled(agent)));

    private static bool IsEnabled(string state) => int.TryParse(state, NumberStyles.None, CultureInfo.InvariantCulture, out var bits) && (bits & Enabled) != 0;
}
