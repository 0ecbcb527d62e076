using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Sluice.Core.Credentials;
using Sluice.Core.Spop;

namespace Sluice.Controller.Agent;

/// <summary>
/// Whether a user has a password. What was right is remembered for a short time, by a digest under a key that this process
/// alone has, so that a slow hash is not computed for each request. Users that there are not take the time of one that is. Where
/// too many wait for hashes of one list, more get no answer.
/// </summary>
internal sealed class BasicAnswers(AgentSets sets)
{
    public const string Question = "basic";

    private static readonly IReadOnlyList<SpopVariable> Right = [new(Question, SpopValue.Of(1))];
    private static readonly IReadOnlyList<SpopVariable> Wrong = [new(Question, SpopValue.Of(0))];

    private readonly byte[] key = RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes);
    private readonly RememberedProofs remembered = new();
    private readonly Hashing hashing = new();
    private readonly SharedPlaces places = new(512);
    private readonly ConcurrentDictionary<UInt128, Lazy<Task<bool>>> underWay = new();

    public async ValueTask<IReadOnlyList<SpopVariable>> AnswerAsync(SpopMessage question, CancellationToken stop)
    {
        if (question.Text("set") is not { } name || sets.Find(name, UserList.Parse) is not { } list)
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

        if (!places.TryTake(name))
        {
            return [];
        }

        try
        {
            return await IsRightOnceAsync(proof, () => IsRightAsync(name, list, credentials, stop), stop) ? Right : Wrong;
        }
        finally
        {
            places.Give(name);
        }
    }

    // A page brings the same credentials many times at once.
    private async Task<bool> IsRightOnceAsync(UInt128 proof, Func<Task<bool>> compute, CancellationToken stop)
    {
        while (true)
        {
            var check = underWay.GetOrAdd(proof, _ => new Lazy<Task<bool>>(compute));
            try
            {
                var isRight = await check.Value.WaitAsync(stop);
                if (isRight)
                {
                    remembered.Add(proof);
                }

                return isRight;
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                // Whoever asked first does not want to know any more.
            }
            finally
            {
                if (check.Value.IsCompleted)
                {
                    underWay.TryRemove(KeyValuePair.Create(proof, check));
                }
            }
        }
    }

    private async Task<bool> IsRightAsync(string name, UserList list, BasicCredentials credentials, CancellationToken stop)
    {
        var isKnown = list.Users.TryGetValue(credentials.User, out var hash);
        hash ??= list.Users.Values.ElementAt((int)(Digest(credentials.User) % (UInt128)list.Users.Count));
        return await hashing.MatchesAsync(name, hash, credentials.Password, stop) && isKnown;
    }

    private UInt128 Digest(string text)
    {
        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, Encoding.Latin1.GetBytes(text), digest);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(digest);
    }
}
