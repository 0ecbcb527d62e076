using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Sluice.Core.Credentials;
using Sluice.Core.Spop;

namespace Sluice.Controller.Agent;

/// <summary>
/// Whether a user has a password. What was right is remembered for a short time, by a digest under a key that this process
/// alone has, so that a slow hash is not computed for each request. Users that there are not take the time of one that is.
/// </summary>
internal sealed class BasicAnswers(AgentSets sets) : IDisposable
{
    public const string Question = "basic";

    private static readonly IReadOnlyList<SpopVariable> Right = [new(Question, SpopValue.Of(1))];
    private static readonly IReadOnlyList<SpopVariable> Wrong = [new(Question, SpopValue.Of(0))];

    private readonly byte[] key = RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes);
    private readonly RememberedProofs remembered = new();
    private readonly Hashing hashing = new();
    private readonly ConcurrentDictionary<UInt128, Lazy<Task<bool?>>> underWay = new();

    public async ValueTask<IReadOnlyList<SpopVariable>> AnswerAsync(SpopMessage question, CancellationToken stop)
    {
        var name = question.Text("set");
        if (sets.Find(name, UserList.Parse) is not { } list)
        {
            return [];
        }

        if (question.Text("credentials") is not { } header || BasicCredentials.Parse(header) is not { } credentials)
        {
            return Wrong;
        }

        var proof = Digest($"{name}\n{header}");
        if (remembered.Has(proof))
        {
            return Right;
        }

        return await IsRightOnceAsync(proof, list, credentials).WaitAsync(stop) switch
        {
            null => [],
            true => Right,
            false => Wrong,
        };
    }

    public void Dispose() => hashing.Dispose();

    // A page brings the same credentials many times at once.
    private async Task<bool?> IsRightOnceAsync(UInt128 proof, UserList list, BasicCredentials credentials)
    {
        var check = underWay.GetOrAdd(proof, _ => new Lazy<Task<bool?>>(() => IsRightAsync(list, credentials)));
        try
        {
            var isRight = await check.Value;
            if (isRight == true)
            {
                remembered.Add(proof);
            }

            return isRight;
        }
        finally
        {
            underWay.TryRemove(KeyValuePair.Create(proof, check));
        }
    }

    private async Task<bool?> IsRightAsync(UserList list, BasicCredentials credentials)
    {
        var isKnown = list.Users.TryGetValue(credentials.User, out var hash);
        hash ??= list.Users.Values.ElementAt((int)(Digest(credentials.User) % (UInt128)list.Users.Count));
        return await hashing.MatchesAsync(hash, credentials.Password) is { } matches ? matches && isKnown : null;
    }

    private UInt128 Digest(string text)
    {
        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, Encoding.Latin1.GetBytes(text), digest);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(digest);
    }
}
