using System.Net;
using System.Net.Sockets;
using Sluice.Core.Haproxy;

namespace Sluice.Controller.Proxy;

/// <summary>The address and ports that HAProxy is to listen on: whether it can, and if not, which option to change.</summary>
internal sealed class ListenPorts(Layout layout)
{
    private readonly IPAddress address = IPAddress.Parse(layout.Bind);
    private readonly (int Port, string Option)[] ports =
    [
        (layout.HttpPort, "--http-port"), (layout.HttpsPort, "--https-port"),
        .. layout.HealthPort is { } health ? [(health, "--health-port")] : Array.Empty<(int, string)>(),
    ];

    /// <summary>Throws if somebody else listens on one of the ports: HAProxy would share them with a HAProxy of another's.</summary>
    /// <exception cref="HaproxyException">So it is, or the address is not of this machine.</exception>
    public void RequireFree()
    {
        if (Refusal(0) is not null)
        {
            throw new HaproxyException($"{layout.Bind} is no address of this machine. Choose another with --bind.");
        }

        var near = IPAddress.Any.Equals(address) || IPAddress.IPv6Any.Equals(address) ? IPAddress.Loopback : address;
        foreach (var (port, option) in ports)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Connect(near, port);
            }
            catch (SocketException)
            {
                continue;
            }

            throw new HaproxyException($"Somebody listens on {layout.Bind}:{port} already. Choose another port with {option}.");
        }
    }

    /// <summary>Why HAProxy could not listen; null if it could.</summary>
    public string? WhyNot() => ports
        .Select(item => Refusal(item.Port) is { } refusal
            ? $"It cannot listen on {layout.Bind}:{item.Port} ({refusal}). Choose another port with {item.Option}."
            : null)
        .FirstOrDefault(reason => reason is not null);

    private string? Refusal(int port)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            return null;
        }
        catch (SocketException e)
        {
            return e.Message;
        }
    }
}
