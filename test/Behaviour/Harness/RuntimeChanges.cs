using Sluice.Controller;
using Sluice.Controller.Proxy;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Behaviour.Harness;

/// <summary>
/// Asserts of one change after the other that it took commands only, and that the worker is the same as before. Where
/// HAProxy cannot add backends at run time a new one may take a reload, which must say so, and nothing else may.
/// </summary>
internal sealed class RuntimeChanges
{
    private readonly Func<Task<int>> workerPid;
    private int worker;

    private RuntimeChanges(Func<Task<int>> workerPid, int worker) => (this.workerPid, this.worker) = (workerPid, worker);

    public static Task<RuntimeChanges> OfAsync(RunningSluice sluice) => OfAsync(sluice.Master.WorkerPidAsync);

    public static Task<RuntimeChanges> OfAsync(BareHaproxy haproxy) => OfAsync(haproxy.WorkerPidAsync);

    public Task AssertAsync(Change change) => AssertAsync(change.Kind, change.Reasons);

    public Task AssertAsync(Outcome outcome) => AssertAsync(outcome.Kind, outcome.Reasons);

    /// <summary>The reasons of a reload but for the new backends that are none where they can be added at run time.</summary>
    public static IEnumerable<string> ReasonsBesideBackends(IEnumerable<string> reasons) =>
        HaproxyBinary.CanAddBackends ? reasons : reasons.Where(reason => !IsNewBackend(reason));

    /// <summary>Asserts of a change that it took commands only, or a reload for new backends where they cannot be added.</summary>
    public static void AssertKind(Change change) => Assert.True(
        change.Kind == ChangeKind.Runtime || IsForBackends(change.Kind, change.Reasons), $"{change.Kind}: {string.Join("; ", change.Reasons)}");

    private static bool IsForBackends(ChangeKind kind, EquatableArray<string> reasons) =>
        kind == ChangeKind.Reload && reasons.Count > 0 && !ReasonsBesideBackends(reasons).Any();

    private static bool IsNewBackend(string reason) =>
        reason.StartsWith("this HAProxy takes the new backend ", StringComparison.Ordinal) && reason.EndsWith(" by a reload only", StringComparison.Ordinal);

    private static async Task<RuntimeChanges> OfAsync(Func<Task<int>> workerPid) => new(workerPid, await workerPid());

    private async Task AssertAsync(ChangeKind kind, EquatableArray<string> reasons)
    {
        var isForBackends = IsForBackends(kind, reasons);
        Assert.True(kind == ChangeKind.Runtime || isForBackends, $"{kind}: {string.Join("; ", reasons)}");
        var now = await workerPid();
        Assert.Equal(isForBackends, now != worker);
        worker = now;
    }
}
