using System.Text;

namespace Sluice.Core.Credentials;

/// <summary>How crypt(3) writes bits: six in a character, in newer hashes the lowest first.</summary>
internal static class CryptAlphabet
{
    public const string Characters = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>Adds three bytes, the first of which is the highest, as so many characters.</summary>
    public static void Append(StringBuilder text, byte high, byte middle, byte low, int characters)
    {
        var bits = (high << 16) | (middle << 8) | low;
        for (var index = 0; index < characters; index++, bits >>= 6)
        {
            text.Append(Characters[bits & 0x3F]);
        }
    }
}
