using System.Diagnostics;
using System.Threading.Channels;
using Sluice.Core.Resources;

namespace Sluice.Controller.Manifests;

/// <summary>
/// Watches a folder of manifests and gives a snapshot after each change. Watchers only post what they saw; one loop
/// owns all state, reads the files that events name, and looks at the whole tree now and then in case one was missed.
/// </summary>
/// <param name="folder">The folder as the user typed it.</param>
public sealed class FolderWatch(string folder) : ISnapshotSource
{
    /// <summary>How long a file must not have been written to before it is read.</summary>
    internal static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(8);

    /// <summary>A file older than this when it appears was not just created: it was moved here, and is complete.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(25);

    private static readonly TimeSpan RescanTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RescanTimeInNeed = TimeSpan.FromSeconds(1);

    private readonly FolderReader reader = new(folder);
    private readonly PendingFiles pending = new();
    private readonly Channel<Signal> inbox = Channel.CreateUnbounded<Signal>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Channel<ClusterSnapshot> snapshots = Channel.CreateBounded<ClusterSnapshot>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleWriter = true });

    private FolderTree? tree;
    private ClusterSnapshot? published;
    private TimeSpan rescanAt;
    private bool isRescanAsked;
    private bool isMissing;
    private bool isImpaired;
    private volatile int unknownKinds;

    /// <summary>The newest snapshot that was not taken yet; the first is the full state at start.</summary>
    public ChannelReader<ClusterSnapshot> Snapshots => snapshots.Reader;

    /// <summary>How many objects of kinds that we do not use were last read.</summary>
    public int UnknownKinds => unknownKinds;

    private static TimeSpan Now => Stopwatch.GetElapsedTime(0);

    /// <summary>Reads all files once, without watching. Not while <see cref="RunAsync"/> runs.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder is not there.</exception>
    public ClusterSnapshot ReadAll() => ReadAll(FolderTree.Scan(reader.Path));

    /// <summary>All Secrets of the folder are known already.</summary>
    public ValueTask<ClusterSnapshot?> FollowAsync(AskedObjects asked, CancellationToken stop) => default;

    /// <summary>Watches until it is told to stop.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder is not there when it starts.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        using var points = new WatchPoints(Post, PostFailure);
        await using var timer = new Timer(_ => inbox.Writer.TryWrite(new Signal(SignalKind.Tick, "", Now)));
        tree = Look(points);
        ReadAll(tree);
        Publish();
        rescanAt = Now + RescanTime;
        try
        {
            SetTimer(timer);
            while (await inbox.Reader.WaitToReadAsync(stop))
            {
                while (inbox.Reader.TryRead(out var signal))
                {
                    Note(signal, points);
                }

                Act(points);
                SetTimer(timer);
            }
        }
        finally
        {
            snapshots.Writer.TryComplete();
        }
    }

    private ClusterSnapshot ReadAll(FolderTree found)
    {
        if (found.Root is null)
        {
            throw new DirectoryNotFoundException($"The folder of manifests '{folder}' does not exist, or is not a folder.");
        }

        reader.Read([.. reader.Changed(found).Select(f => (f.Key, f.Value.RealPath)), .. reader.Lost(found).Select(f => (f, ""))], isFirst: true);
        reader.PutUnreadable(found);
        unknownKinds = reader.State.UnknownKinds;
        return reader.Snapshot();
    }

    private void Post(FileSystemEventArgs change)
    {
        var now = Now;
        switch (change)
        {
            case RenamedEventArgs renamed:
                inbox.Writer.TryWrite(new Signal(SignalKind.Gone, renamed.OldFullPath, now));
                inbox.Writer.TryWrite(new Signal(SignalKind.Arrived, renamed.FullPath, now));
                break;
            case { ChangeType: WatcherChangeTypes.Created }:
                inbox.Writer.TryWrite(new Signal(SignalKind.Created, change.FullPath, now));
                break;
            case { ChangeType: WatcherChangeTypes.Deleted }:
                inbox.Writer.TryWrite(new Signal(SignalKind.Gone, change.FullPath, now));
                break;
            default:
                inbox.Writer.TryWrite(new Signal(SignalKind.Written, change.FullPath, now));
                break;
        }
    }

    private void PostFailure(Exception failure) => inbox.Writer.TryWrite(
        new Signal(failure is InternalBufferOverflowException ? SignalKind.Overflowed : SignalKind.Failed, "", Now));

    private void Note(Signal signal, WatchPoints points)
    {
        switch (signal.Kind)
        {
            case SignalKind.Tick:
                return;
            case SignalKind.Overflowed or SignalKind.Failed:
                isImpaired |= signal.Kind == SignalKind.Failed;
                AskForRescan(signal.At);
                return;
            case SignalKind.Gone when tree!.IsStructure(signal.Path):
                points.Forget(signal.Path);
                reader.Distrust(signal.Path);
                break;
        }

        if (tree!.IsStructure(signal.Path) || (signal.Kind != SignalKind.Written && tree.IsVisible(signal.Path) && IsFolderOrLink(signal.Path)))
        {
            AskForRescan(signal.At);
            return;
        }

        foreach (var file in tree.FilesAt(signal.Path))
        {
            if (signal.Kind == SignalKind.Gone)
            {
                pending.Lost(file, signal.Path, signal.At, signal.At + Quiet);
            }
            else
            {
                pending.Changed(file, signal.Path, signal.At, signal.At + WaitFor(signal));
            }
        }
    }

    private void AskForRescan(TimeSpan at) => (rescanAt, isRescanAsked) = (at, true);

    private static TimeSpan WaitFor(Signal signal) => signal.Kind switch
    {
        SignalKind.Arrived => TimeSpan.Zero,
        SignalKind.Created when FileStamp.Of(signal.Path, "") is { Size: > 0 } stamp && stamp.Age > Settled => TimeSpan.Zero,
        _ => Quiet,
    };

    private static bool IsFolderOrLink(string path)
    {
        var entry = new FileInfo(path);
        return !FileStamp.IsMissing(entry) && (entry.Attributes.HasFlag(FileAttributes.Directory) || entry.Attributes.HasFlag(FileAttributes.ReparsePoint));
    }

    private void Act(WatchPoints points)
    {
        try
        {
            if (Now >= rescanAt)
            {
                Rescan(points);
            }

            var ready = pending.TakeReady(Now);
            if (ready.Count > 0)
            {
                ReadFiles(ready);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            rescanAt = Now + RescanTimeInNeed;
        }

        Publish();
    }

    /// <summary>Looks at the whole tree, by stamps, and notes what differs from what was read.</summary>
    private void Rescan(WatchPoints points)
    {
        tree = Look(points);
        if (!isRescanAsked && tree.Root is not null && reader.HasMissed(tree, pending.Contains))
        {
            // Nobody told us: a watcher must be dead.
            isImpaired = false;
            points.Forget("/");
            tree = Look(points);
        }

        var now = Now;
        isRescanAsked = false;
        rescanAt = now + (points.IsComplete && !isImpaired && tree.Root is not null ? RescanTime : RescanTimeInNeed);
        if (tree.Root is null)
        {
            isMissing = true;
            pending.Clear();
            return;
        }

        NoteDifferences(tree, now);
        isMissing = false;
        reader.PutUnreadable(tree);
    }

    private void NoteDifferences(FolderTree found, TimeSpan now)
    {
        foreach (var (file, stamp) in reader.Changed(found).Where(f => !pending.Contains(f.Key)))
        {
            pending.Changed(file, stamp.RealPath, now, now + (stamp.Age > Settled ? TimeSpan.Zero : Quiet));
        }

        foreach (var file in reader.Lost(found).Where(f => !pending.Contains(f)))
        {
            pending.Lost(file, reader.RealPathOf(file), now, now + (isMissing ? FolderReader.Doubt : Quiet));
        }
    }

    /// <summary>Finds the tree, with watchers on all of it since before it was looked at for the last time.</summary>
    private FolderTree Look(WatchPoints points)
    {
        var found = FolderTree.Scan(reader.Path);
        for (var round = 0; points.Cover(found) && round < 5; round++)
        {
            found = FolderTree.Scan(reader.Path);
        }

        return found;
    }

    private void ReadFiles(IReadOnlyList<(string File, string RealPath)> ready)
    {
        if (!Directory.Exists(reader.Path))
        {
            AskForRescan(Now);
            return;
        }

        foreach (var (file, realPath, wait) in reader.Read(ready))
        {
            pending.Changed(file, realPath, Now, Now + wait);
        }
    }

    private void Publish()
    {
        unknownKinds = reader.State.UnknownKinds;
        var snapshot = reader.Snapshot();
        if (!ReferenceEquals(snapshot, published))
        {
            published = snapshot;
            snapshots.Writer.TryWrite(snapshot);
        }
    }

    private void SetTimer(Timer timer)
    {
        var next = pending.Next() is { } due && due < rescanAt ? due : rescanAt;
        var wait = Math.Ceiling((next - Now).TotalMilliseconds);
        timer.Change(TimeSpan.FromMilliseconds(Math.Max(0, wait)), Timeout.InfiniteTimeSpan);
    }

    private enum SignalKind
    {
        Tick,
        Written,
        Created,
        Arrived,
        Gone,
        Overflowed,
        Failed,
    }

    private readonly record struct Signal(SignalKind Kind, string Path, TimeSpan At);
}
