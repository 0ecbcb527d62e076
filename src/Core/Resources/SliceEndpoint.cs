using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace Sluice.Core.Resources;

/// <summary>
/// One endpoint of a slice with its conditions, absent ones resolved as Kubernetes says. It holds plain numbers: a large
/// cluster has half a million of them.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SliceEndpoint
{
    private readonly ulong upper;
    private readonly ulong lower;
    private readonly bool isV6;

    public SliceEndpoint(IPAddress Address, bool Ready, bool Serving, bool Terminating)
    {
        Span<byte> bytes = stackalloc byte[16];
        Address.TryWriteBytes(bytes, out var length);
        isV6 = length == bytes.Length;
        upper = isV6 ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : 0;
        lower = isV6 ? BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
        (this.Ready, this.Serving, this.Terminating) = (Ready, Serving, Terminating);
    }

    /// <param name="ipv4">An IPv4 address as a number; its first byte is the highest.</param>
    /// <param name="ready">Whether it may get new connections.</param>
    /// <param name="serving">Whether it answers.</param>
    /// <param name="terminating">Whether it is about to end.</param>
    public SliceEndpoint(uint ipv4, bool ready, bool serving, bool terminating) =>
        (lower, Ready, Serving, Terminating) = (ipv4, ready, serving, terminating);

    public IPAddress Address
    {
        get
        {
            Span<byte> bytes = stackalloc byte[16];
            if (!isV6)
            {
                BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)lower);
                return new IPAddress(bytes[..4]);
            }

            BinaryPrimitives.WriteUInt64BigEndian(bytes, upper);
            BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], lower);
            return new IPAddress(bytes);
        }
    }

    public bool Ready { get; private init; }

    public bool Serving { get; private init; }

    public bool Terminating { get; private init; }

    /// <summary>The same address with other conditions.</summary>
    public SliceEndpoint With(bool ready, bool serving, bool terminating) => this with { Ready = ready, Serving = serving, Terminating = terminating };
}
