using Microsoft.Extensions.Logging;
using Sluice.Core.Values;

namespace Sluice.Controller;

/// <summary>Logs findings as they come and go, each at the level of its severity.</summary>
internal static class FindingLog
{
    /// <summary>Logs what is new, and what is settled. One in another line of its file is neither.</summary>
    public static void Tell(ILogger log, EquatableArray<Finding> former, EquatableArray<Finding> findings)
    {
        if (former == findings)
        {
            return;
        }

        foreach (var finding in findings.ExceptBy(former.Select(Unplaced), Unplaced))
        {
            var level = Level(finding.Severity);
            if (log.IsEnabled(level))
            {
                log.Found(level, finding.ToString());
            }
        }

        foreach (var finding in former.ExceptBy(findings.Select(Unplaced), Unplaced))
        {
            log.Settled(finding.ToString());
        }
    }

    private static Finding Unplaced(Finding finding) => finding with { Location = null };

    private static LogLevel Level(Severity severity) => severity switch
    {
        Severity.Error => LogLevel.Error,
        Severity.Warning => LogLevel.Warning,
        _ => LogLevel.Information,
    };
}
