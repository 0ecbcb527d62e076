using System.Net.Sockets;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Haproxy.Features;

/// <summary>
/// Which clients may come. Lists are prefixes of addresses in hexadecimal digits below the name of the list; a block whose
/// length is no multiple of four is written as up to eight of them. A list that is not there lets nobody in.
/// </summary>
internal sealed class AccessControl() : RouteFeature("access")
{
    private const int BitsOfDigit = 4;

    // Stands for a list that is not asked for: everybody is allowed, nobody is denied.
    private const string NoList = "none";

    public override FeatureData? Data(RoutePolicy policy)
    {
        if (policy.Access is not { } lists)
        {
            return null;
        }

        var allowed = lists.Allowed is { } blocks ? Set(blocks) : null;
        var denied = lists.Denied.Count > 0 ? Set(lists.Denied) : null;
        return new FeatureData(
            $"{allowed?.Name ?? NoList}|{denied?.Name ?? NoList}", [.. new[] { allowed, denied }.OfType<DataSet>().Distinct()]);
    }

    public override IEnumerable<string> RequestRules(string scheme, Layout layout)
    {
        var lookup = $"concat(:,txn.client),map_beg({MapFile(layout, MapName.Addresses)}) -m found";
        return
        [
            // IPv4 as such, and as IPv6 clients of a socket for both have it.
            $"http-request set-var(txn.client) src,hex if {Asked}",
            $"http-request set-var(txn.client) var(txn.client),bytes(24) if {Asked} {{ var(txn.client) -m beg 00000000000000000000FFFF }}",
            $"http-request set-var-fmt(txn.client) 4%[var(txn.client)] if {Asked} {{ var(txn.client) -m len 8 }}",
            $"http-request set-var-fmt(txn.client) 6%[var(txn.client)] if {Asked} {{ var(txn.client) -m len 32 }}",
            $"http-request set-var(txn.access) {ValueLookup(layout)} if {Asked}",
            $"http-request return status 403 default-errorfiles if {Asked} !{{ var(txn.access),field(1,|) -m str {NoList} }} !{{ var(txn.access),field(1,|),{lookup} }}",
            $"http-request return status 403 default-errorfiles if {Asked} !{{ var(txn.access),field(2,|) -m str {NoList} }} {{ var(txn.access),field(2,|),{lookup} }}",
        ];
    }

    private static DataSet Set(EquatableArray<Cidr> blocks) =>
        DataSet.Of(MapName.Addresses, [.. blocks.SelectMany(Prefixes).Distinct().Order(StringComparer.Ordinal).Select(prefix => (prefix, "1"))]);

    private static IEnumerable<string> Prefixes(Cidr block)
    {
        var bytes = block.Address.GetAddressBytes();
        var digits = Convert.ToHexString(bytes);
        var family = block.Address.AddressFamily == AddressFamily.InterNetwork ? '4' : '6';
        var whole = block.PrefixLength / BitsOfDigit;
        var rest = block.PrefixLength % BitsOfDigit;
        if (rest == 0)
        {
            return [$"{family}{digits[..whole]}"];
        }

        var first = Convert.ToInt32(digits[whole].ToString(), 16) & (0xF << (BitsOfDigit - rest));
        return Enumerable.Range(first, 1 << (BitsOfDigit - rest)).Select(digit => $"{family}{digits[..whole]}{digit:X}");
    }
}
