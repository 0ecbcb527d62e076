using System.Buffers.Binary;
using System.Text;

namespace Sluice.Core.Spop;

/// <summary>Writes what an agent sends to HAProxy, and the question whether one is there; each with its length before it.</summary>
public static class SpopWriter
{
    /// <summary>The version of the protocol.</summary>
    public const string Version = "2.0";

    internal const string Pipelining = "pipelining";

    private const byte SetVariable = 1;
    private const byte ArgumentsOfSetVariable = 3;
    private const byte ScopeOfTransaction = 2;

    /// <summary>The answer to a hello.</summary>
    /// <param name="limit">How many bytes a frame may have.</param>
    /// <param name="canPipeline">Whether several frames may be under way at a time.</param>
    public static byte[] Hello(int limit, bool canPipeline) => Frame(SpopFrameKind.AgentHello, 0, 0, payload =>
    {
        AppendPair(payload, "version", Text(Version));
        AppendPair(payload, "max-frame-size", SpopValue.Of((uint)limit));
        AppendPair(payload, "capabilities", Text(canPipeline ? Pipelining : ""));
    });

    /// <summary>Ends a connection.</summary>
    public static byte[] Disconnect(SpopEnd reason) => Frame(SpopFrameKind.AgentDisconnect, 0, 0, payload =>
    {
        AppendPair(payload, "status-code", SpopValue.Of((uint)reason));
        AppendPair(payload, "message", Text(reason.ToString()));
    });

    /// <summary>The answer to a notify frame.</summary>
    public static byte[] Ack(ulong stream, ulong number, IEnumerable<SpopVariable> variables) => Frame(SpopFrameKind.Ack, stream, number, payload =>
    {
        foreach (var variable in variables)
        {
            payload.AddRange([SetVariable, ArgumentsOfSetVariable, ScopeOfTransaction]);
            AppendBytes(payload, Encoding.ASCII.GetBytes(variable.Name));
            variable.Value.AppendTo(payload);
        }
    });

    /// <summary>What HAProxy sends to see whether an agent is there.</summary>
    public static byte[] Check(int limit) => Frame(SpopFrameKind.HaproxyHello, 0, 0, payload =>
    {
        AppendPair(payload, "supported-versions", Text(Version));
        AppendPair(payload, "max-frame-size", SpopValue.Of((uint)limit));
        AppendPair(payload, "capabilities", Text(""));
        AppendPair(payload, "healthcheck", new SpopValue(SpopKind.Boolean, 1, default));
    });

    /// <summary>Whether the bytes of a frame, without its length, are the answer to a hello.</summary>
    public static bool IsHello(ReadOnlySpan<byte> frame) => frame.Length > 0 && frame[0] == (byte)SpopFrameKind.AgentHello;

    /// <summary>Adds bytes with their number before them.</summary>
    internal static void AppendBytes(List<byte> bytes, ReadOnlySpan<byte> added)
    {
        Varint.Append(bytes, (ulong)added.Length);
        bytes.AddRange(added);
    }

    private static SpopValue Text(string text) => SpopValue.Text(Encoding.ASCII.GetBytes(text));

    private static void AppendPair(List<byte> bytes, string key, SpopValue value)
    {
        AppendBytes(bytes, Encoding.ASCII.GetBytes(key));
        value.AppendTo(bytes);
    }

    private static byte[] Frame(SpopFrameKind kind, ulong stream, ulong number, Action<List<byte>> payload)
    {
        var bytes = new List<byte>(64) { 0, 0, 0, 0, (byte)kind, 0, 0, 0, 1 };
        Varint.Append(bytes, stream);
        Varint.Append(bytes, number);
        payload(bytes);
        byte[] frame = [.. bytes];
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)(frame.Length - SpopFrame.LengthSize));
        return frame;
    }
}

/// <summary>Why a connection ends (SPOE documentation, section 3.4).</summary>
public enum SpopEnd
{
    Normal = 0,
    Timeout = 2,
    TooBig = 3,
    Invalid = 4,
    NoVersion = 5,
    BadVersion = 8,
    NotSupported = 9,
    Resources = 11,
}
