using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Sluice.Controller.Proxy;
using Sluice.Core.Haproxy;
using Sluice.Core.Resources;
using Sluice.Core.Translation;
using Sluice.Core.Values;

namespace Sluice.Controller;

/// <summary>
/// The heart of the controller: one thing at a time happens here. A new snapshot, new addresses, an expired
/// certificate: translate, render, plan, apply. HAProxy gone: start it again. Something was drained: delete it.
/// </summary>
public sealed class ControlLoop(
    HaproxyApplier haproxy,
    ISnapshotSource source,
    ExternalNames externalNames,
    CountryFile countries,
    TranslationOptions options,
    TimeSpan readBackInterval,
    ILogger<ControlLoop> log)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(5);

    // No more than this part of the time is spent on reading back, unless that would put off the next one for long: a
    // machine that is busy with other things makes it slow, too.
    private const int ReadBackPart = 20;
    private const double LongestReadBackInterval = 1.25;
    private const int LoggedReasons = 10;

    private readonly Channel<Signal> signals = Channel.CreateUnbounded<Signal>(new UnboundedChannelOptions { SingleReader = true });
    private ClusterSnapshot cluster = ClusterSnapshot.Empty;
    private TranslationResult? translation;
    private HaproxyState? state;
    private EquatableArray<Finding> findings;
    private Table<NamespacedName, IngressResource> ingresses = Table.Empty<NamespacedName, IngressResource>();
    private TimeSpan retryAfter = FirstRetry;
    private long lastDeletion = TimeProvider.System.GetTimestamp();
    private long lastReadBack = TimeProvider.System.GetTimestamp();
    private TimeSpan untilReadBack = TimeSpan.Zero;
    private EquatableArray<string> notRepaired;
    private int repairs;
    private bool isRetryPending;
    private bool isProxyLost;
    private int sequence;

    /// <summary>Raised after each change is live (or refused), in order. Handlers must be quick.</summary>
    public event Action<Change>? Changed;

    /// <summary>Brings the first snapshot to HAProxy.</summary>
    public async Task StartAsync(ClusterSnapshot first, CancellationToken stop)
    {
        var started = TimeProvider.System.GetTimestamp();
        cluster = first;
        var wanted = await TranslateAsync(stop);
        Report(await haproxy.StartAsync(wanted, stop), started);
        log.Serving(haproxy.Layout.HttpPort, haproxy.Layout.HttpsPort,
            wanted.Hosts.Values.Sum(host => host.Entries.Count + host.Regexes.Count), wanted.Backends.Count, wanted.Certificates.Count);
    }

    /// <summary>Tells the loop of a new snapshot. Only the newest counts.</summary>
    public void Post(ClusterSnapshot snapshot) => signals.Writer.TryWrite(new Signal(Kind.Snapshot, snapshot));

    /// <summary>Tells the loop that addresses of DNS names changed, or the database of countries.</summary>
    public void PostAddresses() => signals.Writer.TryWrite(new Signal(Kind.Addresses, null));

    /// <summary>Tells the loop that HAProxy ended.</summary>
    public void PostProxyLost() => signals.Writer.TryWrite(new Signal(Kind.ProxyLost, null));

    /// <summary>Runs until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (await WaitAsync(stop))
        {
            var (apply, restart) = (false, false);
            while (signals.Reader.TryRead(out var signal))
            {
                cluster = signal.Snapshot ?? cluster;
                isRetryPending &= signal.Kind != Kind.Retry;
                restart |= signal.Kind == Kind.ProxyLost || (signal.Kind == Kind.Retry && isProxyLost);
                apply |= signal.Kind is Kind.Snapshot or Kind.Addresses or Kind.Retry;
            }

            await StepAsync(apply, restart, stop);
        }
    }

    private async Task StepAsync(bool apply, bool restart, CancellationToken stop)
    {
        try
        {
            if (restart)
            {
                log.ProxyLost();
                await haproxy.RestartAsync(stop);
                isProxyLost = false;
                log.ProxyBack();
            }

            if (apply || restart)
            {
                await ApplyAsync(stop);
            }

            await DeleteRetiredAsync(stop);
            await ReadBackAsync(stop);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or HaproxyException or UnauthorizedAccessException
            || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            // The world's failure, not ours: say it, and try the whole of it again. Meanwhile each change tries it, too.
            isProxyLost |= restart;
            if (!isRetryPending)
            {
                isRetryPending = true;
                log.WillRetry(e.Message);
                _ = PostRetryAsync(stop);
            }
        }
    }

    private async Task ApplyAsync(CancellationToken stop)
    {
        var started = TimeProvider.System.GetTimestamp();
        var wanted = await TranslateAsync(stop);
        Report(await haproxy.ApplyAsync(wanted, stop), started);
    }

    private async Task<HaproxyState> TranslateAsync(CancellationToken stop)
    {
        Translate();
        if (await source.FollowAsync(new AskedObjects(translation!.Secrets, translation.ConfigMaps), stop) is { } newer)
        {
            cluster = newer;
            Translate();
        }

        if (externalNames.Follow(translation!.ExternalNames) && await externalNames.ResolveAsync(stop))
        {
            Translate();
        }

        return state!;
    }

    private void Translate()
    {
        var former = translation;
        cluster = cluster with { ExternalAddresses = externalNames.Addresses, Countries = countries.Version, Now = TimeProvider.System.GetUtcNow() };
        translation = Translator.Translate(cluster, options, former);
        state = Renderer.Render(translation.Model, haproxy.Layout, former is null ? null : (former.Model, state!));
    }

    private void Report(Outcome outcome, long started)
    {
        var duration = TimeProvider.System.GetElapsedTime(started);
        var former = findings;
        findings = [.. translation!.Findings, .. RefusedObjects.Findings(haproxy.Quarantine, translation.Model, translation.CertificateSecrets), .. RefusedObjects.Snippets(translation.Config, haproxy.ComplaintOfSnippets(state!))];
        FindingLog.Tell(log, former, findings);
        if (outcome.Kind == ChangeKind.Nothing && former == findings && ReferenceEquals(ingresses, translation.Ingresses))
        {
            return;
        }

        ingresses = translation.Ingresses;
        var change = new Change(++sequence, outcome.Kind, outcome.Commands, outcome.Reasons, duration, findings) { Ingresses = ingresses };
        Log(change);
        Changed?.Invoke(change);
    }

    private void Log(Change change)
    {
        var reasons = string.Join("; ", change.Reasons.Take(LoggedReasons)) + (change.Reasons.Count > LoggedReasons ? "; ..." : "");
        switch (change.Kind)
        {
            case ChangeKind.Adopt:
                log.Adopted(change.Reasons.Count == 0 ? "it held all it should" : reasons);
                break;
            case ChangeKind.Runtime:
                log.Updated(change.Sequence, change.Duration.TotalMilliseconds, change.Commands);
                break;
            case ChangeKind.Reload:
                untilReadBack = TimeSpan.Zero;
                log.Reloaded(change.Sequence, change.Duration.TotalMilliseconds, reasons);
                break;
            case ChangeKind.Repair:
                log.Repaired(++repairs, reasons);
                break;
            case ChangeKind.Refused:
                log.Refused(change.Sequence, reasons);
                break;
            default:
                break;
        }
    }

    // Others may have changed what HAProxy holds, or a command may not have done what it said.
    private async Task ReadBackAsync(CancellationToken stop)
    {
        if (TimeProvider.System.GetElapsedTime(lastReadBack) < untilReadBack)
        {
            return;
        }

        var started = TimeProvider.System.GetTimestamp();
        (lastReadBack, untilReadBack) = (started, readBackInterval);
        var outcome = await haproxy.ReadBackAsync(stop);
        untilReadBack = TimeSpan.FromTicks(Math.Clamp(
            ReadBackPart * TimeProvider.System.GetElapsedTime(started).Ticks, readBackInterval.Ticks, (long)(LongestReadBackInterval * readBackInterval.Ticks)));
        if (outcome.Kind == ChangeKind.Refused)
        {
            if (notRepaired != outcome.Reasons)
            {
                log.NotRepaired(string.Join("; ", outcome.Reasons.Take(LoggedReasons)));
            }

            notRepaired = outcome.Reasons;
            return;
        }

        notRepaired = [];
        Report(outcome.Kind == ChangeKind.Runtime ? outcome with { Kind = ChangeKind.Repair } : outcome, started);
    }

    private async Task DeleteRetiredAsync(CancellationToken stop)
    {
        if (TimeProvider.System.GetElapsedTime(lastDeletion) < retryAfter)
        {
            return;
        }

        lastDeletion = TimeProvider.System.GetTimestamp();
        var before = haproxy.Retiring.Count;
        var left = await haproxy.DeleteRetiredAsync(stop);
        retryAfter = left < before || left == 0 ? FirstRetry : TimeSpan.FromTicks(Math.Min(retryAfter.Ticks * 2, LastRetry.Ticks));
    }

    // Wakes for a signal, for what is being drained, to read back, for a reload whose time comes, and for a certificate
    // that becomes valid or expires.
    private async Task<bool> WaitAsync(CancellationToken stop)
    {
        var limit = Later(lastReadBack, untilReadBack);
        if (haproxy.HasWorkLeft && Later(lastDeletion, retryAfter) is var retry && retry < limit)
        {
            limit = retry;
        }

        var untilApply = translation?.NextExpiry is { } expiry
            ? TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerSecond, (expiry - TimeProvider.System.GetUtcNow()).Ticks))
            : TimeSpan.MaxValue;
        untilApply = haproxy.UntilReload is { } untilReload && untilReload < untilApply ? untilReload : untilApply;
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(stop);
        timer.CancelAfter(untilApply < limit ? untilApply : limit);
        try
        {
            return await signals.Reader.WaitToReadAsync(timer.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            signals.Writer.TryWrite(new Signal(untilApply < limit ? Kind.Addresses : Kind.Tick, null));
            return true;
        }
    }

    // What is left of a time that began some while ago; at least a moment.
    private static TimeSpan Later(long began, TimeSpan time) =>
        TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerMillisecond, (time - TimeProvider.System.GetElapsedTime(began)).Ticks));

    private async Task PostRetryAsync(CancellationToken stop)
    {
        await Task.Delay(LastRetry, stop).ContinueWith(_ => { }, TaskScheduler.Default);
        signals.Writer.TryWrite(new Signal(Kind.Retry, null));
    }

    private enum Kind
    {
        Snapshot,
        Addresses,
        ProxyLost,
        Retry,
        Tick,
    }

    private readonly record struct Signal(Kind Kind, ClusterSnapshot? Snapshot);
}
