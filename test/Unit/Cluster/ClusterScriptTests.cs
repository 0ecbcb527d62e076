using System.Security.Cryptography.X509Certificates;
using CsCheck;
using Sluice.Controller.Cluster;
using Sluice.Unit.Properties;
using Xunit;

namespace Sluice.Unit.Cluster;

/// <summary>Whatever happens in a cluster, and whatever goes wrong meanwhile: in the end the snapshot is what the server has.</summary>
[Collection(PropertyTests.Name)]
public sealed class ClusterScriptTests
{
    private static readonly ReflectorTimes Times = ClusterRun.Times with
    {
        Silence = TimeSpan.FromMilliseconds(60),
        FirstRetry = TimeSpan.FromMilliseconds(1),
        LastRetry = TimeSpan.FromMilliseconds(10),
        ShortestWatch = TimeSpan.FromMilliseconds(10),
        PageSize = 2,
    };

    private static readonly X509Certificate2 Certificate = TestAuthority.Root().Server("localhost");

    private static readonly Gen<FakeObject> Object = Gen.Select(Gen.Int[0, 4], Gen.Int[0, 3], Gen.Int[1, 3]).SelectMany((kind, name, value) => Gen.Const(kind switch
    {
        0 => FakeObject.Ingress($"in-{name}", $"{value}.example.com"),
        1 => FakeObject.Service($"s-{name}", value),
        2 => FakeObject.Slice($"slice-{name}", $"s-{value}", $"10.0.0.{value}"),
        3 => FakeObject.Secret($"tls-{name}", value == 3 ? "Opaque" : "kubernetes.io/tls", value == 1 ? "eA==" : "eQ=="),
        _ => FakeObject.Class($"class-{name}", $"example.com/{value}"),
    }));

    private static readonly Gen<FakeFault> Fault = Gen.Select(
        Gen.Enum<Misbehaviour>(), Gen.OneOf("", "list", "watch"), Gen.OneOf("", "ingresses", "services", "endpointslices", "secrets"),
        Gen.OneOf(410, 429, 500, 503), Gen.Int[0, 3], Gen.Int[1, 4],
        (what, verb, plural, code, after, times) => new FakeFault(what) { Verb = verb, Plural = plural, Code = code, After = after, Times = times });

    private static readonly Gen<Step> Steps = Gen.Frequency(
        (10, Object.Select(item => new Step($"put {item.Json}", api => Done(() => api.Truth.Put(item))))),
        (5, Object.Select(item => new Step($"delete {item.Kind.Kind} {item.Name}", api => Done(() => api.Truth.Delete(item))))),
        (4, Fault.Select(fault => new Step($"misbehave {fault}", api => Done(() => api.Misbehave(fault))))),
        (3, Gen.Const(new Step("cut", api => api.CutAsync()))),
        (1, Gen.Const(new Step("compact", api => Done(api.Truth.Compact)))),
        (1, Gen.Const(new Step("bookmarks", api => Done(api.Truth.SendBookmarks)))),
        (1, Gen.Const(new Step("refuse all", api => Done(() => api.Admits = _ => false)))),
        (2, Gen.Const(new Step("admit all", api => Done(() => api.Admits = _ => true)))),
        (3, Gen.Int[1, 15].Select(time => new Step($"{time} ms pass", _ => Task.Delay(time)))));

    [Fact]
    public Task In_the_end_the_snapshot_is_what_the_server_has() => Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool, Steps.Array[1, 40]).SampleAsync(
        async (isHttp2, streams, refuses, steps) =>
        {
            await using var api = new FakeApi { Streams = streams, RefusesOldVersions = refuses, Certificate = isHttp2 ? Certificate : null };
            api.Truth.Put(FakeObject.Class("class-0"), FakeObject.Ingress("in-0"), FakeObject.Ingress("in-1"), FakeObject.Ingress("in-2"), FakeObject.Secret("tls-0"));
            await api.StartAsync();
            var endpoint = new ApiEndpoint
            {
                Server = api.Address,
                Credentials = new Credentials.None(),
                AnswerLimit = TimeSpan.FromMilliseconds(100),
                SkipsVerification = true,
            };
            await using var run = new ClusterRun(api, times: Times, endpoint: endpoint) { Secrets = [Make.Id("tls-1"), Make.Id("tls-2")] };
            foreach (var step in steps)
            {
                await step.Act(api);
            }

            api.Admits = _ => true;
            api.Heal();
            await run.EqualAsync();
        },
        iter: 120, threads: 4);

    private static Task Done(Action act)
    {
        act();
        return Task.CompletedTask;
    }

    private sealed record Step(string Text, Func<FakeApi, Task> Act)
    {
        public override string ToString() => Text;
    }
}
