using System.Security.Cryptography;
using System.Text;

namespace Sluice.Core.Credentials;

/// <summary>The hashes $5$ and $6$ of crypt(3) (U. Drepper, "Unix crypt using SHA-256 and SHA-512").</summary>
internal static class ShaCrypt
{
    public const int UsualRounds = 5000;

    // The bytes of the digest in the order in which they are written, three to a group. The last group is shorter.
    private static readonly byte[] Order256 =
        [0, 10, 20, 21, 1, 11, 12, 22, 2, 3, 13, 23, 24, 4, 14, 15, 25, 5, 6, 16, 26, 27, 7, 17, 18, 28, 8, 9, 19, 29];

    private static readonly byte[] Order512 =
    [
        0, 21, 42, 22, 43, 1, 44, 2, 23, 3, 24, 45, 25, 46, 4, 47, 5, 26, 6, 27, 48, 28, 49, 7, 50, 8, 29, 9, 30, 51, 31, 52, 10,
        53, 11, 32, 12, 33, 54, 34, 55, 13, 56, 14, 35, 15, 36, 57, 37, 58, 16, 59, 17, 38, 18, 39, 60, 40, 61, 19, 62, 20, 41,
    ];

    /// <summary>The last part of a hash, behind the salt.</summary>
    public static string Compute(bool isLong, ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int rounds)
    {
        var hash = isLong ? (Hash)SHA512.HashData : SHA256.HashData;
        var size = isLong ? SHA512.HashSizeInBytes : SHA256.HashSizeInBytes;
        var digest = Start(hash, size, password, salt);
        var passwords = Stretch(Digest(hash, size, Repeat(password, password.Length)), password.Length);
        var salts = Stretch(Digest(hash, size, Repeat(salt, 16 + digest[0])), salt.Length);
        var input = new byte[(2 * Math.Max(size, passwords.Length)) + salts.Length + passwords.Length];
        for (var round = 0; round < rounds; round++)
        {
            var isOdd = round % 2 != 0;
            var length = Put(input, 0, isOdd ? passwords : digest);
            length = round % 3 != 0 ? Put(input, length, salts) : length;
            length = round % 7 != 0 ? Put(input, length, passwords) : length;
            length = Put(input, length, isOdd ? digest : passwords);
            hash(input.AsSpan(0, length), digest);
        }

        return isLong ? Text512(digest) : Text256(digest);
    }

    private delegate int Hash(ReadOnlySpan<byte> source, Span<byte> destination);

    private static byte[] Start(Hash hash, int size, ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt)
    {
        var other = Digest(hash, size, [.. password, .. salt, .. password]);
        var input = new List<byte>();
        input.AddRange(password);
        input.AddRange(salt);
        input.AddRange(Stretch(other, password.Length));
        for (var bits = password.Length; bits > 0; bits >>= 1)
        {
            input.AddRange((bits & 1) != 0 ? other : password);
        }

        return Digest(hash, size, [.. input]);
    }

    private static byte[] Digest(Hash hash, int size, ReadOnlySpan<byte> input)
    {
        var digest = new byte[size];
        hash(input, digest);
        return digest;
    }

    private static byte[] Repeat(ReadOnlySpan<byte> bytes, int times)
    {
        var all = new byte[bytes.Length * times];
        for (var index = 0; index < times; index++)
        {
            bytes.CopyTo(all.AsSpan(index * bytes.Length));
        }

        return all;
    }

    private static byte[] Stretch(byte[] digest, int length)
    {
        var bytes = new byte[length];
        for (var index = 0; index < length; index++)
        {
            bytes[index] = digest[index % digest.Length];
        }

        return bytes;
    }

    private static int Put(byte[] input, int at, byte[] bytes)
    {
        bytes.CopyTo(input, at);
        return at + bytes.Length;
    }

    private static string Text256(byte[] digest)
    {
        var text = Groups(digest, Order256);
        CryptAlphabet.Append(text, 0, digest[31], digest[30], 3);
        return text.ToString();
    }

    private static string Text512(byte[] digest)
    {
        var text = Groups(digest, Order512);
        CryptAlphabet.Append(text, 0, 0, digest[63], 2);
        return text.ToString();
    }

    private static StringBuilder Groups(byte[] digest, byte[] order)
    {
        var text = new StringBuilder();
        for (var index = 0; index < order.Length; index += 3)
        {
            CryptAlphabet.Append(text, digest[order[index]], digest[order[index + 1]], digest[order[index + 2]], 4);
        }

        return text;
    }
}
