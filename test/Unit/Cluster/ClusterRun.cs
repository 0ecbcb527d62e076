using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using Sluice.Controller;
using Sluice.Controller.Cluster;
using Sluice.Controller.Manifests;
using Sluice.Core.Resources;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Cluster;

/// <summary>A source that reads a server, and somebody who takes its snapshots and asks for Secrets, as the control loop does.</summary>
internal sealed class ClusterRun : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly ApiClient client;
    private readonly ClusterSource source;
    private readonly Task pump;
    private volatile ClusterSnapshot? latest;
    private int snapshots;

    public ClusterRun(FakeApi api, ClusterScope? scope = null, ReflectorTimes? times = null, ApiEndpoint? endpoint = null)
    {
        Api = api;
        client = new ApiClient(endpoint ?? new ApiEndpoint { Server = api.Address, Credentials = new Credentials.None() });
        source = new ClusterSource(client, scope ?? new ClusterScope(), times ?? Times, Log);
        Running = source.RunAsync(stop.Token);
        pump = PumpAsync();
    }

    public static ReflectorTimes Times { get; } = new()
    {
        Silence = TimeSpan.FromSeconds(20),
        FirstRetry = TimeSpan.FromMilliseconds(4),
        LastRetry = TimeSpan.FromMilliseconds(40),
        Doubt = TimeSpan.FromMilliseconds(50),
        ShortestWatch = TimeSpan.FromMilliseconds(30),
        PageSize = 3,
    };

    public FakeApi Api { get; }

    public TestLog Log { get; } = new();

    public Task Running { get; }

    /// <summary>Fires at each snapshot.</summary>
    public Signal Published { get; } = new();

    public int Snapshots => Volatile.Read(ref snapshots);

    public ClusterSnapshot? Latest => latest;

    /// <summary>The Secrets that are asked for.</summary>
    public EquatableArray<NamespacedName> Secrets { get; set; }

    /// <summary>The ConfigMaps that are asked for.</summary>
    public EquatableArray<NamespacedName> ConfigMaps { get; set; }

    /// <summary>Whether whoever takes the snapshots has no time to ask for Secrets.</summary>
    public bool IsBusy { get; set; }

    public async Task<ClusterSnapshot> UntilAsync(Func<ClusterSnapshot, bool> holds)
    {
        await Published.UntilAsync(
            () => Running.IsFaulted || (latest is { } now && holds(now)), () => $"not before the time was up; the last: {Show(latest)}\nlog: {string.Join('\n', Log.Lines)}");
        if (Running.IsFaulted)
        {
            await Running;
        }

        return latest!;
    }

    /// <summary>Waits until the snapshot is what the server has.</summary>
    public Task<ClusterSnapshot> EqualAsync(Func<FakeObject, bool>? isRead = null) => UntilAsync(now => IsTruth(now, isRead ?? (_ => true)));

    public Task<ClusterSnapshot?> FollowAsync(params NamespacedName[] names) => source.FollowAsync(new AskedObjects([.. names], ConfigMaps), stop.Token).AsTask();

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(Running, pump).ContinueWith(_ => { }, TaskScheduler.Default).WaitAsync(TimeSpan.FromSeconds(10));
        client.Dispose();
        stop.Dispose();
    }

    private static string Show(ClusterSnapshot? snapshot) => snapshot is null ? "none" : string.Join(
        '\n', [.. snapshot.Ingresses.Values, .. snapshot.Services.Values, .. snapshot.Secrets.Values, .. snapshot.EndpointSlices.Values.SelectMany(s => s.Slices)]);

    // Only Secrets for TLS, and those that are asked for by name, are of interest.
    private bool IsTruth(ClusterSnapshot now, Func<FakeObject, bool> isRead)
    {
        var objects = Api.Truth.Now().Where(isRead)
            .Where(item => item.Kind != ApiKind.Secret || item.IsSelected("type=kubernetes.io/tls", "") || Secrets.Contains(new NamespacedName(item.Namespace, item.Name)))
            .Where(item => item.Kind != ApiKind.Namespace && item.Kind != ApiKind.ConfigMap && item.Kind != ApiKind.ReferenceGrant)
            .Select(item => Assert.IsType<Decoded.Valid>(ResourceDecoder.Decode(item.Kind.Kind, item.Kind.ApiVersion, Encoding.UTF8.GetBytes(item.Json))).Resource);
        var expected = Make.Cluster([.. objects]);
        return expected.Ingresses.Equals(now.Ingresses) && expected.IngressClasses.Equals(now.IngressClasses) && expected.Services.Equals(now.Services)
            && expected.EndpointSlices.Equals(now.EndpointSlices) && expected.Secrets.Equals(now.Secrets);
    }

    private async Task PumpAsync()
    {
        await foreach (var snapshot in source.Snapshots.ReadAllAsync(stop.Token))
        {
            latest = snapshot;
            latest = IsBusy ? snapshot : await source.FollowAsync(new AskedObjects(Secrets, ConfigMaps), stop.Token) ?? snapshot;
            Interlocked.Increment(ref snapshots);
            Published.Fire();
        }

        Published.Fire();
    }
}

/// <summary>Keeps what is logged.</summary>
internal sealed class TestLog : ILogger
{
    private readonly ConcurrentQueue<string> lines = [];

    public IReadOnlyCollection<string> Lines => lines;

    public Signal Written { get; } = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");
        Written.Fire();
    }
}
