using System.Collections.Frozen;
using Sluice.Core.Values;

namespace Sluice.Core.Annotations.Features;

/// <summary>From which countries clients may come.</summary>
public static class Countries
{
    /// <summary>Stands for clients that the database does not know.</summary>
    private const string Unknown = "unknown";

    // ISO 3166-1, and XK, which databases use for Kosovo. A code that is none, such as UK, would guard nothing.
    private static readonly FrozenSet<string> Codes = """
        AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK
        CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS
        GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV
        LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM
        PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR
        TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
        """.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    private static readonly ValueKind<EquatableArray<string>?> List = new(
        "ISO codes of countries such as DE, FR, or unknown, separated by commas",
        (string text, out EquatableArray<string>? value) =>
        {
            var words = text.Split(',', StringSplitOptions.TrimEntries).Select(word => word == Unknown ? word : word.ToUpperInvariant()).ToList();
            var isRead = words.TrueForAll(word => word == Unknown || Codes.Contains(word));
            value = isRead ? words.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToEquatableArray() : null;
            return isRead;
        },
        value => value is { } words ? string.Join(',', words) : "");

    public static readonly Setting<EquatableArray<string>?> AllowCountries = new(
        "allow-countries", Scopes.Global | Scopes.Ingress, List, Fallback: null,
        "The only countries that clients may come from, by the database that the option --countries names; others get 403. "
        + "Clients that the database does not have are unknown. Without a database all requests get 503.",
        "DE,FR,unknown")
    { IsGuard = true };

    public static readonly Setting<EquatableArray<string>?> DenyCountries = new(
        "deny-countries", Scopes.Global | Scopes.Ingress, List, Fallback: null,
        "Countries that clients may not come from: they get 403. Without a database, which the option --countries names, all requests get 503.", "AQ,unknown")
    { IsGuard = true };
}
