namespace Sluice.Controller.Proxy;

/// <summary>How long it is until the next reload may be made: old workers pile up where one follows the other.</summary>
internal sealed class ReloadPause(TimeSpan interval)
{
    private long? last;

    public TimeSpan Left =>
        last is { } begin && interval - TimeProvider.System.GetElapsedTime(begin) is { Ticks: > 0 } left ? left : TimeSpan.Zero;

    /// <summary>A reload was made.</summary>
    public void Begin() => last = TimeProvider.System.GetTimestamp();
}
