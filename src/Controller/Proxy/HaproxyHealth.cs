using System.Net.Sockets;
using Sluice.Core.Haproxy;

namespace Sluice.Controller.Proxy;

/// <summary>
/// What HAProxy answers at its health port. While the controller is away it says what it said before: HAProxy serves on,
/// whatever becomes of the controller.
/// </summary>
/// <param name="layout">Where HAProxy is.</param>
/// <param name="isExternal">Whether somebody else starts and stops HAProxy, so that it may outlive us.</param>
internal sealed class HaproxyHealth(Layout layout, bool isExternal)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Has it answer 503 for some time. What another starts then answers as before: if its end has come, too, it has closed
    /// its ports by then; if it was the controller's end alone, it is there to stay.
    /// </summary>
    public async Task DrainAsync(TimeSpan time, Task ended, CancellationToken hurry)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!ended.IsCompleted && !hurry.IsCancellationRequested && TimeProvider.System.GetElapsedTime(started) is var elapsed && elapsed < time)
        {
            // A reload starts a worker that knows nothing of it: it is told again and again.
            await TellAsync(isDraining: true);
            await Task.WhenAny(ended, Task.Delay(time - elapsed < Interval ? time - elapsed : Interval, hurry));
        }

        if (isExternal)
        {
            await TellAsync(isDraining: false);
        }
    }

    // Who is not there need not be told.
    private async Task TellAsync(bool isDraining)
    {
        if (layout.HealthPort is null)
        {
            return;
        }

        try
        {
            using var socket = await RuntimeSocket.ConnectAsync(layout.RuntimeSocket, CancellationToken.None);
            await socket.SendAsync(
                [new RuntimeLine($"experimental-mode on; set var proc.draining expr bool({(isDraining ? "true" : "false")})", "")], CancellationToken.None);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
        }
    }
}
