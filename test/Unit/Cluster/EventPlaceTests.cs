using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Sluice.Controller.Cluster;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Cluster;

/// <summary>Into which namespaces Events are written: none in which an installation has no right to.</summary>
public sealed class EventPlaceTests
{
    private static readonly EventText[] Texts =
    [
        new(new ResourceRef("IngressClass", new NamespacedName("", "sluice")), "u", "InvalidObject", "about a class", IsWarning: true),
        new(new ResourceRef("Namespace", new NamespacedName("", "other")), "u", "NamespaceDenied", "about a namespace", IsWarning: true),
        new(new ResourceRef("Ingress", new NamespacedName("shop", "web")), "u", "InvalidPath", "about an Ingress", IsWarning: true),
    ];

    public static TheoryData<string, string, string> Scopes { get; } = new()
    {
        { "", "", "default default shop" },
        { "shop,other", "", "shop" },
        { "shop,default", "", "default default shop" },
        { "", "team=blue", "shop" },
    };

    [Theory]
    [MemberData(nameof(Scopes))]
    public async Task What_is_in_no_namespace_is_told_where_the_right_is_there(string namespaces, string selector, string expected)
    {
        var (paths, asked) = (new ConcurrentQueue<string>(), new Signal());
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        await using var app = builder.Build();
        app.Run(context =>
        {
            paths.Enqueue($"{context.Request.Method} {context.Request.Path}");
            asked.Fire();
            return context.Response.WriteAsync("{}");
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var api = new ApiClient(new ApiEndpoint { Server = new Uri(app.Urls.Single()), Credentials = new Credentials.None() });
        var scope = new ClusterScope { Namespaces = [.. namespaces.Split(',', StringSplitOptions.RemoveEmptyEntries)], NamespaceSelector = selector };
        using var events = new EventWriter(api, () => true, scope, new TestLog());
        using var stop = new CancellationTokenSource();
        var running = events.RunAsync(stop.Token);

        events.Tell(Texts);

        // They are written in order, and the last of them always is.
        await asked.UntilAsync(() => paths.Any(path => path.Contains("/shop/", StringComparison.Ordinal)), () => string.Join('\n', paths));
        await stop.CancelAsync();
        await running;
        Assert.Equal(expected.Split(' ').Select(space => $"POST /api/v1/namespaces/{space}/events"), paths);
    }
}
