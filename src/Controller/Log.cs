using Microsoft.Extensions.Logging;

namespace Sluice.Controller;

/// <summary>Every line that the controller logs.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Serving on http port {HttpPort} and https port {HttpsPort} ({Routes} routes, {Backends} backends, {Certificates} certificates).")]
    public static partial void Serving(this ILogger log, int httpPort, int httpsPort, int routes, int backends, int certificates);

    [LoggerMessage(2, LogLevel.Information, "Change {Sequence}: live in {Milliseconds:0.0} ms, {Commands} commands at run time, no reload.")]
    public static partial void Updated(this ILogger log, int sequence, double milliseconds, int commands);

    [LoggerMessage(3, LogLevel.Information, "Change {Sequence}: live in {Milliseconds:0.0} ms by a RELOAD, because {Reasons}.")]
    public static partial void Reloaded(this ILogger log, int sequence, double milliseconds, string reasons);

    [LoggerMessage(4, LogLevel.Error, "Change {Sequence}: HAProxy refused it, the former state serves on. {Reasons}")]
    public static partial void Refused(this ILogger log, int sequence, string reasons);

    [LoggerMessage(5, LogLevel.Warning, "{Finding}")]
    public static partial void Found(this ILogger log, string finding);

    [LoggerMessage(6, LogLevel.Information, "Settled: {Finding}")]
    public static partial void Settled(this ILogger log, string finding);

    [LoggerMessage(7, LogLevel.Warning, "The runtime socket was lost: {Reason}.")]
    public static partial void SocketLost(this ILogger log, string reason);

    [LoggerMessage(8, LogLevel.Error, "HAProxy ended. It is started again from the files of its last state.")]
    public static partial void ProxyLost(this ILogger log);

    [LoggerMessage(9, LogLevel.Information, "HAProxy runs again.")]
    public static partial void ProxyBack(this ILogger log);

    [LoggerMessage(10, LogLevel.Error, "A change could not be brought to HAProxy and is tried again: {Reason}")]
    public static partial void WillRetry(this ILogger log, string reason);

    [LoggerMessage(11, LogLevel.Warning, "The DNS name {Name} of an ExternalName Service cannot be resolved ({Reason}); its last addresses stay.")]
    public static partial void Unresolved(this ILogger log, string name, string reason);

    [LoggerMessage(12, LogLevel.Information, "{Count} objects of kinds that are not used here were left out.")]
    public static partial void UnknownKinds(this ILogger log, int count);

    [LoggerMessage(40, LogLevel.Information, "Told to stop: not ready any more. At work for {Delay} s more, then up to {Grace} s for open requests. A second signal ends at once.")]
    public static partial void Stopping(this ILogger log, double delay, double grace);

    [LoggerMessage(41, LogLevel.Warning, "HAProxy still had work to do after {Grace} s and is ended.")]
    public static partial void GraceOver(this ILogger log, double grace);
}
