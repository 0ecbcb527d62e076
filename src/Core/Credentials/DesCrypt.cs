namespace Sluice.Core.Credentials;

/// <summary>
/// The oldest hash of crypt(3): two characters of salt, then 64 zero bits, encrypted 25 times by DES (FIPS 46-3) with the
/// first eight characters of the password for a key. The salt swaps bits of the expansion.
/// </summary>
internal static class DesCrypt
{
    private const int Times = 25;
    private const int LongestPassword = 8;

    // All count bits from 1, the highest first, as the standard does.
    private static readonly byte[] FirstChoice =
    [
        57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36,
        63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4,
    ];

    private static readonly byte[] SecondChoice =
    [
        14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2,
        41, 52, 31, 37, 47, 55, 30, 40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32,
    ];

    private static readonly byte[] Permutation =
        [16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, 2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25];

    private static readonly byte[] Last =
    [
        40, 8, 48, 16, 56, 24, 64, 32, 39, 7, 47, 15, 55, 23, 63, 31, 38, 6, 46, 14, 54, 22, 62, 30, 37, 5, 45, 13, 53, 21, 61, 29,
        36, 4, 44, 12, 52, 20, 60, 28, 35, 3, 43, 11, 51, 19, 59, 27, 34, 2, 42, 10, 50, 18, 58, 26, 33, 1, 41, 9, 49, 17, 57, 25,
    ];

    private static readonly byte[] Shifts = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1];

    // Four rows of sixteen values in each, a digit for a value.
    private static readonly string[] Boxes =
    [
        "e4d12fb83a6c59070f74e2d1a6cb953841e8d62bfc973a50fc8249175b3ea06d",
        "f18e6b34972dc05a3d47f28ec01a69b50e7ba4d158c6932fd8a13f42b67c05e9",
        "a09e63f51dc7b428d709346a285ecbf1d6498f30b12c5ae71ad069874fe3b52c",
        "7de3069a1285bc4fd8b56f03472c1ae9a690cb7df13e52843f06a1d8945bc72e",
        "2c417ab6853fd0e9eb2c47d150fa3986421bad78f9c5630eb8c71e2d6f09a453",
        "c1af92680d34e75baf427c9561de0b389ef528c3704a1db6432c95fabe17608d",
        "4b2ef08d3c975a61d0b7491ae35c2f8614bdc37eaf6805926bd814a7950fe23c",
        "d2846fb1a93e50c71fd8a374c56b0e927b419ce206adf35821e74a8dfc90356b",
    ];

    /// <summary>The last part of a hash, behind the salt.</summary>
    public static string Compute(ReadOnlySpan<byte> password, string salt)
    {
        var (keys, expansion) = (Keys(password), Expansion(salt));
        var (left, right) = (new byte[32], new byte[32]);
        for (var round = 0; round < Times * keys.Length; round++)
        {
            var mixed = Mixed(right, keys[round % keys.Length], expansion);
            (left, right) = (right, [.. left.Zip(mixed, (one, other) => (byte)(one ^ other))]);
            (left, right) = round % keys.Length == keys.Length - 1 ? (right, left) : (left, right);
        }

        byte[] bits = [.. Chosen([.. left, .. right], Last), 0, 0];
        return string.Concat(bits.Chunk(6).Select(six => CryptAlphabet.Characters[Number(six)]));
    }

    private static byte[][] Keys(ReadOnlySpan<byte> password)
    {
        var bits = new byte[64];
        for (var index = 0; index < Math.Min(password.Length, LongestPassword) * 7; index++)
        {
            bits[index / 7 * 8 + index % 7] = (byte)((password[index / 7] >> (6 - index % 7)) & 1);
        }

        var chosen = Chosen(bits, FirstChoice);
        var shift = 0;
        return [.. Shifts.Select(step => Chosen(Turned(chosen, shift += step), SecondChoice))];
    }

    // Each half by itself.
    private static byte[] Turned(byte[] bits, int by) => [.. Enumerable.Range(0, 56).Select(index => bits[index / 28 * 28 + (index % 28 + by) % 28])];

    private static byte[] Expansion(string salt)
    {
        byte[] expansion = [.. Enumerable.Range(0, 48).Select(index => (byte)((index / 6 * 4 + index % 6 + 31) % 32 + 1))];
        for (var bit = 0; bit < 12; bit++)
        {
            if (((CryptAlphabet.Characters.IndexOf(salt[bit / 6], StringComparison.Ordinal) >> (bit % 6)) & 1) != 0)
            {
                (expansion[bit], expansion[bit + 24]) = (expansion[bit + 24], expansion[bit]);
            }
        }

        return expansion;
    }

    private static byte[] Mixed(byte[] half, byte[] key, byte[] expansion)
    {
        var keyed = Chosen(half, expansion).Zip(key, (bit, of) => (byte)(bit ^ of));
        var bits = keyed.Chunk(6).SelectMany((six, box) =>
        {
            var value = Convert.ToInt32(Boxes[box].Substring(Number([six[0], six[5]]) * 16 + Number(six[1..5]), 1), 16);
            return new[] { value >> 3 & 1, value >> 2 & 1, value >> 1 & 1, value & 1 }.Select(bit => (byte)bit);
        });
        return Chosen([.. bits], Permutation);
    }

    private static byte[] Chosen(byte[] bits, byte[] places) => Array.ConvertAll(places, place => bits[place - 1]);

    private static int Number(byte[] bits) => bits.Aggregate(0, (value, bit) => value << 1 | bit);
}
