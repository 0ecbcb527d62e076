using System.Net;

namespace Sluice.Core.Model;

/// <summary>One address that serves. A draining one finishes what it has and gets nothing new.</summary>
public sealed record Endpoint(IPAddress Address, int Port, bool Draining) : IComparable<Endpoint>
{
    public int CompareTo(Endpoint? other)
    {
        if (other is null)
        {
            return 1;
        }

        var byAddress = string.CompareOrdinal(Address.ToString(), other.Address.ToString());
        return byAddress != 0 ? byAddress : Port.CompareTo(other.Port);
    }
}
