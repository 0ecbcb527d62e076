using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Sluice.Behaviour.Harness;

/// <summary>Keeps the last lines of the controller's log, to be shown where a test fails for want of a change.</summary>
internal sealed class LogLines : ILoggerFactory, ILogger
{
    private const int Kept = 60;

    private readonly ConcurrentQueue<string> lines = new();

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
        // There is one place for the lines, and this is it.
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        lines.Enqueue($"{logLevel}: {formatter(state, exception)}{(exception is null ? "" : $" {exception}")}");
        while (lines.Count > Kept)
        {
            lines.TryDequeue(out _);
        }
    }

    public void Dispose()
    {
        // Nothing is held.
    }

    public override string ToString() => string.Join('\n', lines);
}
