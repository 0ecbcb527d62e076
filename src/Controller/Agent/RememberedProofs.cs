using System.Collections.Concurrent;

namespace Sluice.Controller.Agent;

/// <summary>Digests of credentials that were right a short time ago.</summary>
internal sealed class RememberedProofs
{
    private const int Most = 20_000;
    private static readonly TimeSpan Time = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<UInt128, long> proofs = new();

    public bool Has(UInt128 proof) => proofs.TryGetValue(proof, out var since) && IsYoung(since);

    public void Add(UInt128 proof)
    {
        if (proofs.Count >= Most)
        {
            foreach (var old in proofs.Where(entry => !IsYoung(entry.Value)))
            {
                proofs.TryRemove(old);
            }
        }

        if (proofs.Count >= Most)
        {
            proofs.Clear();
        }

        proofs[proof] = TimeProvider.System.GetTimestamp();
    }

    private static bool IsYoung(long since) => TimeProvider.System.GetElapsedTime(since) < Time;
}
