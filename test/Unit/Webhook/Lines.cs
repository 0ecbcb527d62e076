using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Sluice.Unit.Webhook;

/// <summary>The lines that a server of ours logs.</summary>
internal sealed class Lines : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<string> all = new();

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
        // There is one place for the lines, and this is it.
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            all.Enqueue($"{logLevel}: {formatter(state, exception)}{(exception is null ? "" : $" {exception}")}");
        }
    }

    public IEnumerable<string> With(string text) => all.Where(line => line.Contains(text, StringComparison.Ordinal));

    public void Dispose()
    {
        // Nothing is held.
    }

    public override string ToString() => string.Join('\n', all);
}
