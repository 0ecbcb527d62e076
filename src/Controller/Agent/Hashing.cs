using System.Text;
using Sluice.Core.Credentials;

namespace Sluice.Controller.Agent;

/// <summary>
/// Computes hashes of passwords, a few at a time and in turn for the lists that they are from: each takes a processor, and
/// HAProxy needs one, too.
/// </summary>
internal sealed class Hashing
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly FairTurns turns = new(Math.Max(2, Environment.ProcessorCount - 1));

    /// <summary>Whether it is the hash of the password.</summary>
    /// <param name="list">The name of the list that the hash is from.</param>
    /// <param name="hash">The hash.</param>
    /// <param name="password">The password.</param>
    /// <param name="stop">Cancelled when nobody wants to know any more.</param>
    public Task<bool> MatchesAsync(string list, PasswordHash hash, ReadOnlyMemory<byte> password, CancellationToken stop) => hash.Kind switch
    {
        HashKind.Sha1 => Task.FromResult(hash.Matches(password.Span)),
        HashKind.Bcrypt => turns.TakeAsync(list, () => MatchesBcrypt(hash.Text, password.Span), stop),
        _ => turns.TakeAsync(list, () => hash.Matches(password.Span), stop),
    };

    private static bool MatchesBcrypt(string hash, ReadOnlySpan<byte> password)
    {
        try
        {
            return BCrypt.Net.BCrypt.Verify(StrictUtf8.GetString(password), hash);
        }
        catch (Exception e) when (e is BCrypt.Net.SaltParseException or DecoderFallbackException or ArgumentException)
        {
            return false;
        }
    }
}
