using CsCheck;
using Sluice.Behaviour.Harness;

namespace Sluice.Behaviour.Routing;

/// <summary>A change of the world; what it picks, it picks by number, so that it fits any world.</summary>
public sealed record Edit(EditKind Kind, int First, int Second, WorldIngress Ingress, RuleFor Rule, PathTo Path, string Service);

/// <summary>What an edit does.</summary>
public enum EditKind
{
    AddIngress,
    RemoveIngress,
    AddRule,
    RemoveRule,
    ChangeHost,
    AddPath,
    RemovePath,
    ChangePath,
    ChangeService,
    ChangeDefaultBackend,
    ChangeAge,
    ToggleRegex,
    EmptyService,
    RemoveService,
    RestoreServices,
}

/// <summary>A host and a target, as a client sends them.</summary>
public sealed record Request(string Host, string Target);

/// <summary>Makes random worlds, edits and requests. The alphabets are small, so that rules collide and requests hit.</summary>
internal static class WorldGen
{
    private static readonly Gen<string> RuleHosts = Gen.Frequency(
        (3, Gen.Const("a.test")), (3, Gen.Const("b.a.test")), (3, Gen.Const("*.a.test")), (2, Gen.Const("*.test")), (2, Gen.Const("")));

    private static readonly Gen<string> Segments = Gen.Frequency(
        (5, Gen.Const("a")), (3, Gen.Const("b")), (2, Gen.Const("ab")), (1, Gen.OneOf("A", "a.b", "~")));

    private static readonly Gen<string> RulePaths =
        from segments in Segments.List[0, 2]
        from slash in Gen.Frequency((2, Gen.Const("")), (1, Gen.Const("/")))
        select $"/{string.Join('/', segments)}{(segments.Count == 0 ? "" : slash)}";

    private static readonly Gen<string> RegexPaths =
        Gen.OneOf("/a", "/a$", "/ab?", "/[ab]+$", "/[ab]/", "/a/.*", "/(a|b)/b$", "/.*b", "/a/b", "/~", "/ab|/b");

    private static readonly Gen<string> Services = Gen.OneOf([.. World.Services]);

    private static readonly Gen<WorldIngress> Ingresses =
        from ns in Gen.OneOf([.. World.Namespaces])
        from name in Gen.OneOf("i1", "i2", "i3")
        from day in Gen.Int[0, 2]
        from regex in Gen.Frequency((3, Gen.Const(false)), (1, Gen.Const(true)))
        from hasDefault in Gen.Frequency((3, Gen.Const(false)), (1, Gen.Const(true)))
        from service in Services
        from rules in Rules(regex).List[1, 4]
        select new WorldIngress(ns, name, day == 0 ? null : day, regex, hasDefault ? service : null, rules);

    private static readonly Gen<string> Targets =
        from elements in Gen.Frequency(
            (12, Segments), (2, Gen.Const("")), (1, Gen.Const(".")), (2, Gen.Const("..")), (1, Gen.Const("%61")), (1, Gen.Const("%2E%2e")),
            (1, Gen.Const("%41b")), (1, Gen.Const("%7e")), (1, Gen.Const("a%2Fb"))).List[0, 4]
        from end in Gen.Frequency((6, Gen.Const("")), (3, Gen.Const("/")), (1, Gen.Const("?q=/a/..")))
        select $"/{string.Join('/', elements)}{end}";

    public static Gen<World> Worlds { get; } =
        from ingresses in Ingresses.List[1, 7]
        from state in Gen.OneOf("up", "empty", "missing", "up")
        from service in Gen.OneOf([.. World.AllServices])
        select new World(
            [.. ingresses.DistinctBy(ingress => (ingress.Namespace, ingress.Name))],
            state == "empty" ? [service] : [],
            state == "missing" ? [service] : []);

    public static Gen<Edit> Edits { get; } =
        from kind in Gen.Enum<EditKind>()
        from first in Gen.Int[0, 1000]
        from second in Gen.Int[0, 1000]
        from ingress in Ingresses
        from rule in Rules(ingress.Regex)
        from path in Paths(ingress.Regex)
        from service in Services
        select new Edit(kind, first, second, ingress, rule, path, service);

    public static Gen<Request> Requests { get; } =
        from host in Gen.Frequency(
            (4, Gen.Const("a.test")), (4, Gen.Const("b.a.test")), (4, Gen.Const("c.a.test")), (2, Gen.Const("c.b.a.test")),
            (2, Gen.Const("b.test")), (2, Gen.Const("test")), (1, Gen.Const("A.Test:80")), (1, Gen.Const("b.A.test.")),
            (1, Gen.Const("*.a.test")), (1, Gen.Const("a_b.a.test")))
        from target in Targets
        select new Request(host, target);

    private static Gen<RuleFor> Rules(bool regex) =>
        from host in RuleHosts
        from paths in Paths(regex).List[1, 4]
        select new RuleFor(host.Length == 0 ? null : host, paths);

    private static Gen<PathTo> Paths(bool regex) =>
        from type in Gen.OneOf("Exact", "Prefix", "ImplementationSpecific")
        from path in regex && type == "ImplementationSpecific" ? RegexPaths : RulePaths
        from service in Services
        select new PathTo(type, path, service);
}
