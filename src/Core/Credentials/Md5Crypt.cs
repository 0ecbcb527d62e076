using System.Security.Cryptography;
using System.Text;

namespace Sluice.Core.Credentials;

/// <summary>The hashes $1$ of crypt(3) and $apr1$ of Apache's htpasswd, which differ in nothing but this word.</summary>
internal static class Md5Crypt
{
    private const int Rounds = 1000;

    private static readonly byte[] Order = [0, 6, 12, 1, 7, 13, 2, 8, 14, 3, 9, 15, 4, 10, 5];

    /// <summary>The last part of a hash, behind the salt.</summary>
    public static string Compute(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> magic)
    {
        var digest = Start(password, salt, magic);
        var input = new byte[digest.Length + salt.Length + (2 * password.Length)];
        for (var round = 0; round < Rounds; round++)
        {
            var isOdd = round % 2 != 0;
            var length = Put(input, 0, isOdd ? password : digest);
            length = round % 3 != 0 ? Put(input, length, salt) : length;
            length = round % 7 != 0 ? Put(input, length, password) : length;
            length = Put(input, length, isOdd ? digest : password);
            digest = Digest(input.AsSpan(0, length));
        }

        var text = new StringBuilder();
        for (var index = 0; index < Order.Length; index += 3)
        {
            CryptAlphabet.Append(text, digest[Order[index]], digest[Order[index + 1]], digest[Order[index + 2]], 4);
        }

        CryptAlphabet.Append(text, 0, 0, digest[11], 2);
        return text.ToString();
    }

    private static byte[] Start(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> magic)
    {
        var other = Digest([.. password, .. salt, .. password]);
        var input = new List<byte>();
        input.AddRange(password);
        input.AddRange(magic);
        input.AddRange(salt);
        for (var rest = password.Length; rest > 0; rest -= other.Length)
        {
            input.AddRange(other.AsSpan(0, Math.Min(rest, other.Length)));
        }

        for (var bits = password.Length; bits > 0; bits >>= 1)
        {
            input.Add((bits & 1) != 0 ? (byte)0 : password[0]);
        }

        return Digest([.. input]);
    }

    private static int Put(byte[] input, int at, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(input.AsSpan(at));
        return at + bytes.Length;
    }

#pragma warning disable CA5351 // It is what these hashes are made of.
    private static byte[] Digest(ReadOnlySpan<byte> input) => MD5.HashData(input);
#pragma warning restore CA5351
}
