using System.Buffers.Binary;

namespace Sluice.Core.Spop;

/// <summary>A frame that HAProxy sends to an agent (SPOE documentation, section 3.2).</summary>
public abstract record SpopFrame
{
    /// <summary>How many bytes tell the length of a frame, before it.</summary>
    public const int LengthSize = 4;

    /// <summary>The smallest number of bytes that the protocol lets a frame be limited to.</summary>
    public const int LeastLimit = 256;

    // No fragments are sent any more: each frame is the last of its message.
    private const uint Final = 1;

    private SpopFrame()
    {
    }

    /// <summary>The first of a connection.</summary>
    /// <param name="Versions">The versions of the protocol that HAProxy speaks.</param>
    /// <param name="Limit">How many bytes a frame may have.</param>
    /// <param name="CanPipeline">Whether several frames may be under way at a time.</param>
    /// <param name="IsCheck">Whether it only looks whether somebody is there.</param>
    public sealed record Hello(string Versions, int Limit, bool CanPipeline, bool IsCheck) : SpopFrame
    {
        /// <summary>Whether HAProxy speaks the version that we do.</summary>
        public bool IsKnownVersion() => Versions.Split(',').Any(version => version.Trim() == SpopWriter.Version);
    }

    /// <summary>Messages to be answered, together, under the same two numbers.</summary>
    public sealed record Notify(ulong Stream, ulong Number, IReadOnlyList<SpopMessage> Messages) : SpopFrame;

    /// <summary>The last of a connection.</summary>
    public sealed record Disconnect(ulong Status, string Message) : SpopFrame;

    /// <summary>Reads a frame, without the length before it; null if it is malformed.</summary>
    public static SpopFrame? Read(ReadOnlyMemory<byte> frame)
    {
        var reader = new SpopReader(frame);
        if (!reader.TryByte(out var kind) || !reader.TryBytes(sizeof(uint), out var flags) || BinaryPrimitives.ReadUInt32BigEndian(flags.Span) != Final
            || !reader.TryNumber(out var stream) || !reader.TryNumber(out var number))
        {
            return null;
        }

        return (SpopFrameKind)kind switch
        {
            SpopFrameKind.HaproxyHello => Greeting(Pairs(reader)),
            SpopFrameKind.HaproxyDisconnect => Ending(Pairs(reader)),
            SpopFrameKind.Notify => ReadMessages(reader) is { } messages ? new Notify(stream, number, messages) : null,
            _ => null,
        };
    }

    private static Hello? Greeting(Dictionary<string, SpopValue>? pairs)
    {
        if (pairs is null || Text(pairs, "supported-versions") is not { } versions || Text(pairs, "capabilities") is not { } capabilities
            || !pairs.TryGetValue("max-frame-size", out var limit) || limit.Number is < LeastLimit or > int.MaxValue)
        {
            return null;
        }

        return new Hello(
            versions, (int)limit.Number, capabilities.Split(',').Any(capability => capability.Trim() == SpopWriter.Pipelining),
            pairs.TryGetValue("healthcheck", out var check) && check.Number != 0);
    }

    private static Disconnect? Ending(Dictionary<string, SpopValue>? pairs) =>
        pairs is null ? null : new Disconnect(pairs.TryGetValue("status-code", out var status) ? status.Number : 0, Text(pairs, "message") ?? "");

    private static string? Text(Dictionary<string, SpopValue> pairs, string key) =>
        pairs.TryGetValue(key, out var value) && value.Kind == SpopKind.Text ? SpopMessage.Text(value) : null;

    private static Dictionary<string, SpopValue>? Pairs(SpopReader reader)
    {
        var pairs = new Dictionary<string, SpopValue>(StringComparer.Ordinal);
        while (!reader.IsAtEnd)
        {
            if (!reader.TryText(out var key) || SpopValue.Read(reader) is not { } value)
            {
                return null;
            }

            pairs[key] = value;
        }

        return pairs;
    }

    private static List<SpopMessage>? ReadMessages(SpopReader reader)
    {
        var messages = new List<SpopMessage>(1);
        while (!reader.IsAtEnd)
        {
            if (!reader.TryText(out var name) || !reader.TryByte(out var count))
            {
                return null;
            }

            var arguments = new (string Name, SpopValue Value)[count];
            for (var index = 0; index < count; index++)
            {
                if (!reader.TryText(out var argument) || SpopValue.Read(reader) is not { } value)
                {
                    return null;
                }

                arguments[index] = (argument, value);
            }

            messages.Add(new SpopMessage(name, arguments));
        }

        return messages;
    }
}

/// <summary>The first byte of frames.</summary>
internal enum SpopFrameKind : byte
{
    HaproxyHello = 1,
    HaproxyDisconnect = 2,
    Notify = 3,
    AgentHello = 101,
    AgentDisconnect = 102,
    Ack = 103,
}
