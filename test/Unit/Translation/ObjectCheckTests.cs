using Sluice.Core.Resources;
using Sluice.Core.Translation;
using Xunit;

namespace Sluice.Unit.Translation;

/// <summary>What is wrong with an object whatever else there is.</summary>
public sealed class ObjectCheckTests
{
    private const string Host = "shop.example.com";

    [Fact]
    public void What_other_objects_may_settle_is_not_held_against_an_ingress() =>
        Assert.Empty(Check(Make.Simple("web", service: "not-there-yet").WithTls("not-there-either", Host)));

    [Fact]
    public void Each_mistake_of_its_own_is_found()
    {
        var ingress = Make.Ingress("web",
            Make.Rule("exa mple", Make.Prefix("/")),
            Make.Rule(Host, Make.Exact("no-slash"), new IngressPath("/bucket", PathType.Prefix, new IngressBackend.Other("Bucket", "b"))))
            .Annotated("sluice.dev/ssl-redirect", "maybe").Annotated("sluice.dev/sl-redirect", "true").WithTls("", "10.0.0.1");

        Assert.Equivalent(
            new[]
            {
                "InvalidSetting metadata.annotations[sluice.dev/ssl-redirect]", "InvalidHost spec.rules[0].host",
                "InvalidPath spec.rules[1].http.paths[0].path", "UnsupportedBackend spec.rules[1].http.paths[1].backend.resource",
                "InvalidHost spec.tls[0].hosts[0]", "UnknownSetting metadata.annotations[sluice.dev/sl-redirect]",
            },
            Check(ingress), strict: true);
    }

    [Fact]
    public void Of_two_equal_rules_of_one_ingress_the_later_one_is_told() =>
        Assert.Equal(
            ["DuplicateRule spec.rules[0].http.paths[1]"],
            Check(Make.Ingress("web", Make.Rule(Host, Make.Prefix("/a"), Make.Prefix("/a/", "api")))));

    [Theory]
    [InlineData(null, null)]
    [InlineData("other", null)]
    [InlineData(null, "other")]
    public void An_ingress_is_checked_whatever_class_it_names(string? field, string? annotation)
    {
        var ingress = Make.Simple("web", host: "exa mple") with { ClassName = field };
        Assert.Equal(
            ["InvalidHost spec.rules[0].host"],
            Check(annotation is null ? ingress : ingress.Annotated(IngressResource.ClassAnnotation, annotation)));
    }

    [Fact]
    public void Field_and_annotation_that_name_different_classes_are_told() =>
        Assert.Equal(
            ["ClassMismatch spec.ingressClassName"],
            Check((Make.Simple("web") with { ClassName = "one" }).Annotated(IngressResource.ClassAnnotation, "two")));

    [Fact]
    public void The_ConfigMap_with_the_global_settings_is_checked_and_no_other_is()
    {
        var settings = Make.Config(("trusted-proxies", "everyone"), ("default-backend", "shop/not-there-yet:80"));
        Assert.Equal(["InvalidSetting data[trusted-proxies]"], Check(settings));
        Assert.Empty(Check(settings with { Id = Make.Id("sluice") }));
    }

    [Fact]
    public void A_file_with_global_settings_does_not_hide_what_the_ConfigMap_says()
    {
        var settings = Make.Config(("trusted-proxies", "everyone"));
        Assert.Single(ObjectCheck.Check(settings, Show.Options with { ConfigFile = Make.Config() }));
        Assert.Empty(ObjectCheck.Check(Make.Config(), Show.Options with { ConfigFile = settings }));
    }

    [Fact]
    public void Objects_that_are_only_referred_to_have_no_findings_of_their_own()
    {
        Assert.Empty(Check(Make.Service("web")));
        Assert.Empty(Check(Make.Secret("tls", "no certificate", "no key")));
        Assert.Empty(Check(Make.Class("sluice")));
    }

    private static IEnumerable<string> Check(Resource resource) =>
        ObjectCheck.Check(resource, Show.Options).Select(finding => $"{finding.Code} {finding.Field}");
}
