using Sluice.Core.Resources;
using Sluice.Core.Translation;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Translation;

/// <summary>What an Ingress may use of other namespaces.</summary>
public sealed class CrossNamespaceTests
{
    private static readonly NamespacedName Wildcard = new("owner", "wildcard");

    [Fact]
    public void The_own_namespace_needs_no_grant() =>
        Assert.True(With().Allow("owner", "Secret", Wildcard));

    [Fact]
    public void Another_namespace_needs_one() =>
        Assert.False(With().Allow("guest", "Secret", Wildcard));

    [Fact]
    public void The_operator_may_allow_all() =>
        Assert.True(new References(With().Grants, AllowsAll: true).Allow("guest", "Secret", Wildcard));

    [Theory]
    [InlineData("owner", "Ingress", "guest", "Secret", "wildcard", true)]
    [InlineData("owner", "Ingress", "guest", "Secret", "", true)]
    [InlineData("owner", "Ingress", "guest", "Secret", "other", false)]
    [InlineData("owner", "Ingress", "guest", "Service", "", false)]
    [InlineData("owner", "Ingress", "stranger", "Secret", "", false)]
    [InlineData("owner", "HTTPRoute", "guest", "Secret", "", false)]
    [InlineData("guest", "Ingress", "guest", "Secret", "", false)]
    public void A_grant_counts_for_what_it_names(string place, string fromKind, string from, string toKind, string name, bool allowed)
    {
        var grant = new ReferenceGrantResource(new NamespacedName(place, "grant"))
        {
            From = [new GrantSource("networking.k8s.io", fromKind, from)],
            To = [new GrantTarget("", toKind, name)],
        };

        Assert.Equal(allowed, With(grant).Allow("guest", "Secret", Wildcard));
    }

    [Theory]
    [InlineData("api.owner.svc.cluster.local", "owner/api")]
    [InlineData("api.owner.svc", "owner/api")]
    [InlineData("pod-0.api.owner.svc.example.com", "owner/api")]
    [InlineData("10-0-0-1.owner.pod.cluster.local", "owner/10-0-0-1")]
    [InlineData("api.example.com", null)]
    [InlineData("svc.example.com", null)]
    public void Names_of_the_cluster_are_known(string dnsName, string? service) =>
        Assert.Equal(service, References.ServiceOf(dnsName)?.ToString());

    private static References With(params ReferenceGrantResource[] grants) => new(grants.ToTable(grant => grant.Id), AllowsAll: false);
}
