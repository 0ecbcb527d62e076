using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Sluice.Controller;

/// <summary>The log on standard error: one line each, with the time.</summary>
internal static class ConsoleLogs
{
    public static ILoggerFactory Create(LogLevel least = LogLevel.Information) => LoggerFactory.Create(builder => builder
        .SetMinimumLevel(least)
        .AddFilter("Microsoft", LogLevel.Warning)
        // What it says in a page of text, the exception says to us, and we say in a sentence.
        .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
        .AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.ColorBehavior = Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 }
                ? LoggerColorBehavior.Disabled
                : LoggerColorBehavior.Default;
        })
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
}
