using System.Text;
using Sluice.Core.Credentials;

namespace Sluice.Controller.Agent;

/// <summary>Computes hashes of passwords, a few at a time: it takes a processor each, and HAProxy needs one, too.</summary>
internal sealed class Hashing : IDisposable
{
    private const int MostWaiting = 128;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly SemaphoreSlim places = new(Math.Max(1, Environment.ProcessorCount - 1));
    private int waiting;

    /// <summary>Whether it is the hash of the password; null if too many wait to know that already.</summary>
    public async Task<bool?> MatchesAsync(PasswordHash hash, ReadOnlyMemory<byte> password)
    {
        if (hash.Kind == HashKind.Sha1)
        {
            return hash.Matches(password.Span);
        }

        if (Interlocked.Increment(ref waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref waiting);
            return null;
        }

        await places.WaitAsync();
        try
        {
            return await Task.Run(() => hash.Kind == HashKind.Bcrypt ? MatchesBcrypt(hash.Text, password.Span) : hash.Matches(password.Span));
        }
        finally
        {
            places.Release();
            Interlocked.Decrement(ref waiting);
        }
    }

    public void Dispose() => places.Dispose();

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
