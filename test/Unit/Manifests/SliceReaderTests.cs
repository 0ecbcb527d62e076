using System.Text;
using CsCheck;
using Sluice.Controller.Manifests;
using Xunit;

namespace Sluice.Unit.Manifests;

/// <summary>Slices are read in one pass, unless they are about to be deleted: either way gives the same.</summary>
public sealed class SliceReaderTests
{
    private static readonly Gen<string> Addresses = Gen.OneOf(
        """["10.0.0.1"]""", """["10.0.0.255","10.0.0.9"]""", """["2001:db8::1"]""", """["::ffff:10.0.0.1"]""", """["fe80::1%eth0"]""", """["10.0.0.01"]""",
        """["10.0.0.256"]""", """["10.0.1"]""", """["1"]""", """["10.0.0.1."]""", """["[::1]"]""", """["10.0.0.\u0031"]""", """[""]""", """[null]""",
        """["10.0.0.1",null]""", """["10.0.0.1",7]""", "[]", "null", "7", """["a.example.com"]""");

    private static readonly Gen<string> Conditions = Gen.OneOf(
        "{}", "null", """{"ready":true}""", """{"ready":false}""", """{"ready":null}""", """{"ready":false,"serving":true,"terminating":true}""",
        """{"ready":true,"serving":false}""", """{"terminating":true,"more":[1,{}]}""", """{"ready":"true"}""", """{"ready":true,"ready":false}""", "[]");

    private static readonly Gen<string> Endpoint = Gen.OneOf(
        Gen.Select(Addresses, Conditions, (addresses, conditions) => $$$"""{"addresses":{{{addresses}}},"conditions":{{{conditions}}},"nodeName":"n","targetRef":{"kind":"Pod"}}"""),
        Gen.OneOf("""{"addresses":["10.0.0.2"]}""", "{}", "null", "7", """{"addresses":["10.0.0.2"],"addresses":["10.0.0.3"]}"""));

    private static readonly Gen<string> Port = Gen.OneOf(
        """{"name":"http","port":8080,"protocol":"TCP"}""", """{"port":81}""", """{"name":"","port":82}""", """{"name":null,"port":83,"protocol":null}""",
        """{"name":"udp","port":1,"protocol":"UDP"}""", """{"name":"none"}""", """{"name":"Bad Name"}""", """{"name":"Bad Name","port":1}""", """{"port":0}""",
        """{"port":65536}""", """{"port":"80"}""", """{"port":80.5}""", """{"port":80,"port":81}""", """{"name":7,"port":80}""", "null", "[]");

    private static readonly Gen<string> Labels = Gen.OneOf(
        """{"kubernetes.io/service-name":"web"}""", """{"a":"b","kubernetes.io/service-name":"web","c":null}""", """{"kubernetes.io/service-name":"Bad"}""",
        """{"kubernetes.io/service-name":""}""", """{"kubernetes.io/service-name":null}""", """{"kubernetes.io/service-name":7}""", "{}", "null",
        """{"a":"b","a":"c","kubernetes.io/service-name":"web"}""", """{"a":"b","\u0061":"c","kubernetes.io/service-name":"web"}""");

    private static readonly Gen<string> Metadata = Gen.Select(Labels, Gen.OneOf(
        "", ""","creationTimestamp":"2026-01-02T03:04:05Z" """, ""","creationTimestamp":null""", ""","creationTimestamp":"soon" """, ""","uid":"u" """, ""","uid":7""",
        ""","annotations":{"a":"b","c":7,"d":true,"e":null}""", ""","annotations":{"a":{}}""", ""","annotations":{"a":"1","a":"2"}""", ""","annotations":null""",
        ""","name":"again" """, ""","managedFields":[{"fieldsV1":{"f:a":{".":{}}}}]"""),
        Gen.OneOf(""" "name":"web-1","namespace":"shop" """, """ "name":"web-1" """, """ "name":"Bad_1","namespace":"shop" """, """ "name":"web-1","namespace":"b.ad" """, """ "namespace":"shop" """),
        (labels, more, name) => $$"""{{name}},"labels":{{labels}}{{more}}""");

    private static readonly Gen<string> Types = Gen.OneOf("\"IPv4\"", "\"IPv6\"", "\"FQDN\"", "null", "7");

    // One is usual in all places but a few, or hardly any would be read to the end.
    private static readonly Gen<string> Slice = Gen.Select(
        Mostly("\"name\":\"web-1\",\"namespace\":\"shop\",\"labels\":{\"kubernetes.io/service-name\":\"web\"}", Metadata),
        Mostly("\"IPv4\"", Types),
        Mostly("{\"addresses\":[\"10.0.0.1\"],\"conditions\":{\"ready\":true}}", Endpoint).Array[0, 3],
        Mostly("{\"name\":\"http\",\"port\":8080}", Port).Array[0, 2],
        Mostly("", Gen.OneOf(",\"more\":{\"a\":[1]}", ",\"endpoints\":[]", ",\"ports\":null", "}", ",")),
        (metadata, type, endpoints, ports, more) =>
            $$"""{"kind":"EndpointSlice","metadata":{@{{metadata}}},"addressType":{{type}},"endpoints":[{{string.Join(',', endpoints)}}],"ports":[{{string.Join(',', ports)}}]{{more}}}""");

    [Fact]
    public void In_one_pass_or_the_general_way_a_slice_is_the_same() => Slice.Sample(slice =>
    {
        var (usual, leaving) = (slice.Replace("@", "", StringComparison.Ordinal), slice.Replace("@", "\"deletionTimestamp\":\"2026-01-02T03:04:05Z\",", StringComparison.Ordinal));
        Assert.Equal(Decode(leaving), Decode(usual));
    }, iter: 20_000);

    private static Gen<string> Mostly(string usual, Gen<string> others) => Gen.Frequency((4, Gen.Const(usual)), (1, others));

    // Where in the text the fault stands differs with the text.
    private static string Decode(string json)
    {
        try
        {
            return ResourceDecoder.Decode("EndpointSlice", "discovery.k8s.io/v1", Encoding.UTF8.GetBytes(json)) switch
            {
                Decoded.Invalid wrong => $"{wrong.Object} {wrong.Field} {wrong.Problem}",
                Decoded.Valid { Resource: var slice } => $"{slice}",
                var other => $"{other}",
            };
        }
        catch (System.Text.Json.JsonException)
        {
            return "no JSON";
        }
    }
}
