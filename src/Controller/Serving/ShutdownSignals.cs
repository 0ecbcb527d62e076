using System.Runtime.InteropServices;

namespace Sluice.Controller.Serving;

/// <summary>SIGINT and SIGTERM to this process: the first asks it to end well, the second to end at once.</summary>
internal sealed class ShutdownSignals : IDisposable
{
    private readonly CancellationTokenSource first = new();
    private readonly CancellationTokenSource second = new();
    private readonly PosixSignalRegistration[] registrations;
    private int received;

    public ShutdownSignals() => registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Receive),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Receive),
    ];

    public CancellationToken First => first.Token;

    public CancellationToken Second => second.Token;

    public void Dispose()
    {
        foreach (var registration in registrations)
        {
            registration.Dispose();
        }

        first.Dispose();
        second.Dispose();
    }

    private void Receive(PosixSignalContext context)
    {
        context.Cancel = true;
        (Interlocked.Increment(ref received) == 1 ? first : second).Cancel();
    }
}
