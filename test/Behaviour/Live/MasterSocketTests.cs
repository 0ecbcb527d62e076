using System.Net.Sockets;
using Xunit;

namespace Sluice.Behaviour.Live;

/// <summary>HAProxy's master is asked while it ends.</summary>
public sealed class MasterSocketTests
{
    [Fact]
    public async Task A_master_that_ends_before_it_has_answered_is_none()
    {
        var path = Path.Join("/tmp", $"sl-{Guid.NewGuid().ToString("N")[..8]}.sock");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        try
        {
            foreach (var ask in new[] { Controller.Proxy.MasterSocket.MasterPidAsync, Controller.Proxy.MasterSocket.WorkerPidAsync })
            {
                var asked = ask(path, TestContext.Current.CancellationToken);

                // The question is there and stays unread: the connection is reset.
                using (var asking = await listener.AcceptAsync(TestContext.Current.CancellationToken))
                {
                    Assert.True(asking.Poll(TimeSpan.FromSeconds(10), SelectMode.SelectRead));
                }

                Assert.Null(await asked);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }
}
