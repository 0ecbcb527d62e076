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

    [LoggerMessage(EventId = 5, Message = "{Finding}")]
    public static partial void Found(this ILogger log, LogLevel level, string finding);

    [LoggerMessage(6, LogLevel.Information, "Settled: {Finding}")]
    public static partial void Settled(this ILogger log, string finding);

    [LoggerMessage(7, LogLevel.Warning, "The runtime socket was lost: {Reason}.")]
    public static partial void SocketLost(this ILogger log, string reason);

    [LoggerMessage(48, LogLevel.Warning, "HAProxy has not answered for {Seconds:0} s: it is paused, or has too much to do. It serves on if it can, and changes wait.")]
    public static partial void NoAnswer(this ILogger log, double seconds);

    [LoggerMessage(8, LogLevel.Error, "HAProxy ended. It is started again from the files of its last state.")]
    public static partial void ProxyLost(this ILogger log);

    [LoggerMessage(9, LogLevel.Information, "HAProxy runs again.")]
    public static partial void ProxyBack(this ILogger log);

    [LoggerMessage(10, LogLevel.Error, "A change could not be brought to HAProxy and is tried again: {Reason}")]
    public static partial void WillRetry(this ILogger log, string reason);

    [LoggerMessage(11, LogLevel.Warning, "The DNS name {Name} of an ExternalName Service cannot be resolved ({Reason}); its last addresses stay.")]
    public static partial void Unresolved(this ILogger log, string name, string reason);

    [LoggerMessage(13, LogLevel.Information, "Countries of {Count} networks are known from {File}.")]
    public static partial void CountriesRead(this ILogger log, string file, int count);

    [LoggerMessage(14, LogLevel.Error, "The database of countries {File} cannot be read ({Reason}); {Meanwhile}.")]
    public static partial void CountriesNotRead(this ILogger log, string file, string reason, string meanwhile);

    [LoggerMessage(12, LogLevel.Information, "{Count} objects of kinds that are not used here were left out.")]
    public static partial void UnknownKinds(this ILogger log, int count);

    [LoggerMessage(20, LogLevel.Debug, "{Count} {What} are read.")]
    public static partial void Synced(this ILogger log, int count, string what);

    [LoggerMessage(21, LogLevel.Debug, "The API server no longer has the version up to which {What} are known; they are listed anew.")]
    public static partial void Relisting(this ILogger log, string what);

    [LoggerMessage(22, LogLevel.Warning, "The API server does not give {What} ({Reason}); what is known stays in force, and it is tried again.")]
    public static partial void ReadingFailed(this ILogger log, string what, string reason);

    [LoggerMessage(23, LogLevel.Information, "The cluster was read in {Milliseconds:0} ms.")]
    public static partial void ClusterRead(this ILogger log, double milliseconds);

    [LoggerMessage(24, LogLevel.Information, "The files of the first state are written; waiting for HAProxy to be started from {Folder}.")]
    public static partial void WaitingForHaproxy(this ILogger log, string folder);

    [LoggerMessage(25, LogLevel.Error, "What is live could not be written to the files that HAProxy starts from ({Reason}); it is tried again.")]
    public static partial void FilesNotWritten(this ILogger log, string reason);

    [LoggerMessage(66, LogLevel.Error, "What the agent has to know could not be written ({Reason}); routes that need it answer 503, and it is tried again.")]
    public static partial void AgentFilesNotWritten(this ILogger log, string reason);

    [LoggerMessage(46, LogLevel.Information, "A reload waits {Seconds:0.0} s, because the last one was just now; everything else is applied. It is needed because {Reasons}.")]
    public static partial void ReloadHeld(this ILogger log, double seconds, string reasons);

    [LoggerMessage(42, LogLevel.Information, "Took over the HAProxy that was running, without a reload: {Differences}.")]
    public static partial void Adopted(this ILogger log, string differences);

    [LoggerMessage(43, LogLevel.Warning, "Repair {Count}: HAProxy did not hold what it should, and was told: {Differences}.")]
    public static partial void Repaired(this ILogger log, int count, string differences);

    [LoggerMessage(44, LogLevel.Error, "HAProxy does not hold what it should and cannot be repaired: {Differences}.")]
    public static partial void NotRepaired(this ILogger log, string differences);

    [LoggerMessage(47, LogLevel.Warning, "This HAProxy takes new backends by a reload only, so each new Service port needs one; HAProxy 3.4 takes them at run time.")]
    public static partial void ReloadsForBackends(this ILogger log);

    [LoggerMessage(45, LogLevel.Warning, "{Refusal} What HAProxy holds is read back and compared.")]
    public static partial void CommandRefused(this ILogger log, string refusal);

    [LoggerMessage(40, LogLevel.Information, "Told to stop: not ready any more. At work for {Delay} s more, then up to {Grace} s for open requests. A second signal ends at once.")]
    public static partial void Stopping(this ILogger log, double delay, double grace);

    [LoggerMessage(41, LogLevel.Warning, "HAProxy still had work to do after {Grace} s and is ended.")]
    public static partial void GraceOver(this ILogger log, double grace);

    [LoggerMessage(30, LogLevel.Information, "This replica leads: it holds the Lease {Lease} as {Identity}.")]
    public static partial void Leading(this ILogger log, string lease, string identity);

    [LoggerMessage(31, LogLevel.Information, "This replica no longer leads: it does not hold the Lease {Lease}.")]
    public static partial void LeadingEnded(this ILogger log, string lease);

    [LoggerMessage(32, LogLevel.Warning, "The Lease {Lease} can be neither read nor written ({Reason}); it is tried again.")]
    public static partial void LeaseFailed(this ILogger log, string lease, string reason);

    [LoggerMessage(33, LogLevel.Warning, "The Lease {Lease} could not be given back ({Reason}); the next leader waits until it expires.")]
    public static partial void NotReleased(this ILogger log, string lease, string reason);

    [LoggerMessage(34, LogLevel.Warning, "The status of Ingress {Name} cannot be written ({Reason}); it is tried again.")]
    public static partial void StatusFailed(this ILogger log, string name, string reason);

    [LoggerMessage(35, LogLevel.Warning, "Somebody else has changed the status of Ingress {Name} back {Times} times; it is left alone.")]
    public static partial void StatusLeftAlone(this ILogger log, string name, int times);

    [LoggerMessage(36, LogLevel.Warning, "Not all addresses could be taken out of the status of Ingresses within {Seconds:0} s.")]
    public static partial void NotWithdrawn(this ILogger log, double seconds);

    [LoggerMessage(37, LogLevel.Information, "The addresses to publish are {Addresses}.")]
    public static partial void Publishing(this ILogger log, string addresses);

    [LoggerMessage(38, LogLevel.Warning, "The Service {Name}, whose addresses are to be published, {Reason}: there is no address to publish.")]
    public static partial void NothingToPublish(this ILogger log, string name, string reason);

    [LoggerMessage(39, LogLevel.Warning, "An Event about {Object} cannot be written ({Reason}) and is left out.")]
    public static partial void EventFailed(this ILogger log, string @object, string reason);

    [LoggerMessage(29, LogLevel.Warning, "More Events than may be written: {Count} were left out so far.")]
    public static partial void EventsDropped(this ILogger log, int count);

    [LoggerMessage(60, LogLevel.Information, "Answering HAProxy at {Socket}.")]
    public static partial void AgentAnswering(this ILogger log, string socket);

    [LoggerMessage(61, LogLevel.Error, "The question {Question} could not be answered.")]
    public static partial void AgentFailed(this ILogger log, string question, Exception error);

    [LoggerMessage(62, LogLevel.Error, "The agent ended (exit code {Code}) and is started again; meanwhile requests that need it get 503.")]
    public static partial void AgentEnded(this ILogger log, int code);

    [LoggerMessage(63, LogLevel.Error, "The agent cannot be started ({Reason}); requests that need it get 503.")]
    public static partial void AgentNotStarted(this ILogger log, string reason);

    [LoggerMessage(64, LogLevel.Error, "The agent does not answer ({Reason}); requests that need it get 503.")]
    public static partial void AgentAway(this ILogger log, string reason);

    [LoggerMessage(65, LogLevel.Information, "The agent answers again.")]
    public static partial void AgentBack(this ILogger log);

    [LoggerMessage(67, LogLevel.Error, "The agent has answered nothing for {Seconds:0.0} s and is ended.")]
    public static partial void AgentHangs(this ILogger log, double seconds);

    [LoggerMessage(68, LogLevel.Warning, "The host {Host} of an auth-url has no address that may be asked: none but those of the controller's own pod (auth-url-loopback) or of the node's link. Its requests get 503.")]
    public static partial void AuthenticatorNotAsked(this ILogger log, string host);

    [LoggerMessage(50, LogLevel.Information, "Answering admission reviews at https port {Port} for Ingresses of class {Classes} and the ConfigMap {Config}.")]
    public static partial void Reviewing(this ILogger log, int port, string classes, string config);

    [LoggerMessage(51, LogLevel.Information, "Refused {Object}. {Reason}")]
    public static partial void AdmissionRefused(this ILogger log, string @object, string reason);

    [LoggerMessage(52, LogLevel.Information, "The certificate in {File} has changed; it is used from now on.")]
    public static partial void CertificateRenewed(this ILogger log, string file);

    [LoggerMessage(53, LogLevel.Warning, "The certificate in {File} and {KeyFile} has changed and cannot be used ({Reason}); the former one stays in use.")]
    public static partial void CertificateNotRenewed(this ILogger log, string file, string keyFile, string reason);
}
