using Sluice.Controller.Manifests;
using Xunit;

namespace Sluice.Unit.Manifests;

public sealed class PendingFilesTests
{
    private readonly PendingFiles pending = new();

    [Fact]
    public void A_file_is_ready_when_it_has_been_quiet()
    {
        pending.Changed("a", "/a", At(0), At(8));
        pending.Changed("a", "/a", At(5), At(13));
        Assert.Equal(At(13), pending.Next());
        Assert.Empty(Take(12));
        Assert.Equal(["a"], Take(13));
        Assert.Null(pending.Next());
    }

    [Fact]
    public void Files_that_change_together_are_read_together()
    {
        pending.Changed("a", "/a", At(0), At(8));
        pending.Changed("b", "/b", At(6), At(14));
        Assert.Empty(Take(8));
        Assert.Equal(["a", "b"], Take(14));
    }

    [Fact]
    public void A_file_that_is_never_quiet_keeps_others_waiting_for_100_ms_only()
    {
        pending.Changed("a", "/a", At(0), At(8));
        for (var time = 0; time < 100; time += 5)
        {
            pending.Changed("b", "/b", At(time), At(time + 8));
            Assert.Empty(Take(time));
        }

        Assert.Equal(At(100), pending.Next());
        Assert.Equal(["a"], Take(100));
    }

    [Fact]
    public void A_file_that_is_never_quiet_is_read_in_the_end()
    {
        for (var time = 0; time < 2000; time += 5)
        {
            pending.Changed("a", "/a", At(time), At(time + 8));
            Assert.Empty(Take(time));
        }

        Assert.Equal(["a"], Take(2000));
    }

    [Fact]
    public void Files_that_go_wait_until_no_more_go()
    {
        for (var time = 0; time < 500; time += 5)
        {
            pending.Lost($"{time}", "/x", At(time), At(time + 8));
            Assert.Empty(Take(time));
        }

        Assert.Equal(100, Take(503).Count());
    }

    [Fact]
    public void A_file_that_comes_back_is_no_loss()
    {
        pending.Lost("a", "/a", At(0), At(8));
        pending.Changed("a", "/a", At(1), At(1));
        Assert.Equal(["a"], Take(1));
    }

    private IEnumerable<string> Take(int now) => pending.TakeReady(At(now)).Select(r => r.File);

    private static TimeSpan At(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
