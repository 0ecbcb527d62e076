using Sluice.Core.Resources;
using Xunit;

namespace Sluice.Unit.Translation;

/// <summary>Ingresses that take a part of the requests of another.</summary>
public sealed class CanaryTests
{
    private static readonly Resource[] Services = [Make.Service("web"), Make.Service("api"), Make.Slice("web", "10.0.0.1"), Make.Slice("api", "10.0.0.2")];

    [Fact]
    public void A_canary_is_no_conflict_whichever_is_older_and_adds_no_route()
    {
        var result = Make.Cluster([.. Services, Make.Simple("main").OnDay(2), Canary("new", "shop.example.com").OnDay(1)]).Translated();
        Assert.Empty(result.Problems());
        Assert.Equal(["shop.example.com Prefix / > shop/web:80"], result.Routes());
        Assert.Equal("shop/api:80", Assert.Single(result.Model.Hosts["shop.example.com"].Routes).Policy.Canary?.Backend.ToString());
    }

    [Fact]
    public void A_second_canary_and_one_without_a_route_are_told()
    {
        var result = Make.Cluster([.. Services, Make.Simple("main"), Canary("new", "shop.example.com").OnDay(1), Canary("other", "shop.example.com").OnDay(2), Canary("lost", "else.example.com")]).Translated();
        Assert.Equal(
            ["CanaryWithoutRoute Ingress shop/lost spec.rules[0].http.paths[0]", "CanaryWithoutRoute Ingress shop/other spec.rules[0].http.paths[0]"], result.Problems());
        Assert.Equal(["shop.example.com Prefix / > shop/web:80"], result.Routes());
    }

    [Fact]
    public void A_canary_whose_guard_cannot_be_read_takes_no_requests()
    {
        var result = Make.Cluster([.. Services, Make.Simple("main"), Canary("new", "shop.example.com").Annotated("sluice.dev/allow-list", "nobody")]).Translated();
        Assert.Equal(["InvalidSetting Ingress shop/new metadata.annotations[sluice.dev/allow-list]"], result.Problems());
        Assert.Null(Assert.Single(result.Model.Hosts["shop.example.com"].Routes).Policy.Canary);
    }

    private static IngressResource Canary(string name, string host) => Make.Simple(name, host, service: "api").Annotated("sluice.dev/canary", "true");
}
