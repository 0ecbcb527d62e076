namespace Sluice.Controller.Agent;

/// <summary>
/// Places for work that waits, which several share and none can take all: each may hold half as many as are free. One
/// alone gets a third of them; of more, each gets less, so that some are free for whoever comes next.
/// </summary>
/// <param name="places">How many there are.</param>
internal sealed class SharedPlaces(int places)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, int> held = new(StringComparer.Ordinal);
    private int free = places;

    /// <summary>Takes a place for somebody, who gives it back. False if there is none for them.</summary>
    public bool TryTake(string holder)
    {
        lock (gate)
        {
            var holding = held.GetValueOrDefault(holder);
            if (2 * holding >= free)
            {
                return false;
            }

            held[holder] = holding + 1;
            free--;
            return true;
        }
    }

    public void Give(string holder)
    {
        lock (gate)
        {
            free++;
            var left = held[holder] - 1;
            if (left == 0)
            {
                held.Remove(holder);
            }
            else
            {
                held[holder] = left;
            }
        }
    }
}
