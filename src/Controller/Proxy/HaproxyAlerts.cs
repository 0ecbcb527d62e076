namespace Sluice.Controller.Proxy;

/// <summary>What HAProxy says when it refuses a configuration.</summary>
internal static class HaproxyAlerts
{
    private const int Lines = 6;

    /// <summary>
    /// The first alerts in a text. One goes on in the lines that do not begin with a level; the last alerts only say that there
    /// were some.
    /// </summary>
    public static string First(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var alerts = new List<string>();
        var isAlert = false;
        foreach (var line in lines)
        {
            isAlert = line.StartsWith('[') ? line.StartsWith("[ALERT]", StringComparison.Ordinal) : isAlert;
            if (isAlert && !line.Contains("rror(s) found in configuration", StringComparison.Ordinal) && !line.Contains("Fatal errors found", StringComparison.Ordinal))
            {
                alerts.Add(line);
            }
        }

        return lines.Length == 0 ? "no reason given" : string.Join("; ", alerts.Count > 0 ? alerts.Take(Lines) : lines.TakeLast(Lines));
    }
}
