using System.Text;
using CsCheck;
using Sluice.Core.Spop;
using Xunit;

namespace Sluice.Unit.Spop;

/// <summary>The protocol between HAProxy and the agent.</summary>
public sealed class SpopTests
{
    // What HAProxy 3.4 sends: a hello, and a question with two arguments.
    private const string HelloFrame =
        "01000000010000" + "12737570706F727465642D76657273696F6E73" + "0803322E30" + "0E6D61782D6672616D652D73697A65" + "03FCF007"
        + "0C6361706162696C6974696573" + "080A706970656C696E696E67" + "09656E67696E652D6964" + "0802" + "6162";

    private const string NotifyFrame = "030000000107F001" + "056261736963" + "02" + "03736574" + "0803616263" + "0B63726564656E7469616C73" + "00";

    [Fact]
    public void A_hello_says_what_HAProxy_speaks()
    {
        var hello = Assert.IsType<SpopFrame.Hello>(SpopFrame.Read(Convert.FromHexString(HelloFrame)));

        Assert.Equal(("2.0", true, false, true), (hello.Versions, hello.CanPipeline, hello.IsCheck, hello.IsKnownVersion()));
        Assert.Equal(0xFC + ((0xF0 + (0x07 << 7)) << 4), hello.Limit);
    }

    [Fact]
    public void A_question_has_its_arguments_and_its_numbers()
    {
        var notify = Assert.IsType<SpopFrame.Notify>(SpopFrame.Read(Convert.FromHexString(NotifyFrame)));

        Assert.Equal((7UL, 0xF0UL + (1UL << 4)), (notify.Stream, notify.Number));
        var message = Assert.Single(notify.Messages);
        Assert.Equal(("basic", "abc", null), (message.Name, message.Text("set"), message.Text("credentials")));
    }

    [Fact]
    public void An_answer_is_what_HAProxy_reads()
    {
        var answer = SpopWriter.Ack(7, 256, [new SpopVariable("basic", SpopValue.Of(1)), new SpopVariable("x", SpopValue.Text("y"u8.ToArray()))]);

        Assert.Equal("0000001B" + "670000000107F001" + "01030205" + "6261736963" + "0301" + "01030201" + "78" + "080179", Convert.ToHexString(answer));
        Assert.True(SpopWriter.IsHello(SpopWriter.Hello(1000, canPipeline: true).AsSpan(4)));
        Assert.False(SpopWriter.IsHello(answer.AsSpan(4)));
        Assert.True(Assert.IsType<SpopFrame.Hello>(SpopFrame.Read(SpopWriter.Check(1000).AsMemory(4))).IsCheck);
    }

    [Fact]
    public void Headers_are_texts_with_their_lengths_and_two_empty_ones()
    {
        var bytes = SpopHeaders.Write([("x", "ab")]);

        Assert.Equal("0178" + "026162" + "0000", Convert.ToHexString(bytes));
        Assert.Equal([("x", "ab")], SpopHeaders.Read(bytes));
        Assert.Empty(SpopHeaders.Read(bytes.AsMemory(0, 4)));
        Assert.Equal("0178" + "0179" + "00", Convert.ToHexString(SpopHeaders.WriteNames(["x", "y"])));
    }

    [Fact]
    public void Numbers_come_back() => Gen.ULong.Sample(number =>
    {
        var bytes = new List<byte>();
        Varint.Append(bytes, number);
        var position = 0;
        return Varint.TryRead(bytes.ToArray(), ref position, out var read) && read == number && position == bytes.Count;
    });

    [Theory]
    [InlineData(HelloFrame)]
    [InlineData(NotifyFrame)]
    public void What_is_cut_off_is_malformed_and_what_is_random_does_no_harm(string frame)
    {
        var bytes = Convert.FromHexString(frame);
        for (var length = 0; length < bytes.Length - 1; length++)
        {
            // Some of a frame may be a whole one with less in it; it is read or not, but nothing is thrown.
            _ = SpopFrame.Read(bytes.AsMemory(0, length));
        }

        Assert.Null(SpopFrame.Read(bytes.AsMemory(0, bytes.Length - 1)));
        Gen.Byte.Array[0, 60].Sample(random =>
        {
            _ = SpopFrame.Read(random);
            _ = SpopFrame.Read((byte[])[.. bytes.AsSpan(0, 8), .. random]);
            return SpopFrame.Read((byte[])[200, .. Encoding.ASCII.GetBytes("x"), .. random]) is null;
        });
    }
}
