using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sluice.Core.Resources;

namespace Sluice.Controller.Demo;

/// <summary>A small HTTP server at each loopback endpoint of a snapshot, in the place of pods.</summary>
internal sealed class SampleServers(WebApplication application) : IAsyncDisposable
{
    public static async Task<SampleServers> StartAsync(ClusterSnapshot cluster, CancellationToken stop)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var pods = Pods(cluster);
        builder.WebHost.UseUrls([.. pods.Keys.Select(address => $"http://{address}")]);
        var application = builder.Build();
        application.Run(context => AnswerAsync(context, pods));
        await application.StartAsync(stop);
        return new SampleServers(application);
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();

    private static Dictionary<string, string> Pods(ClusterSnapshot cluster)
    {
        var pods = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var slice in cluster.EndpointSlices.Values.SelectMany(service => service.Slices))
        {
            foreach (var (endpoint, index) in slice.Endpoints.Select((endpoint, index) => (endpoint, index)))
            {
                foreach (var port in slice.Ports)
                {
                    pods[$"{endpoint.Address}:{port.Number}"] = $"{slice.ServiceName}-{index + 1}";
                }
            }
        }

        return pods;
    }

    private static Task AnswerAsync(HttpContext context, Dictionary<string, string> pods)
    {
        var request = context.Request;
        var pod = pods[$"{context.Connection.LocalIpAddress}:{context.Connection.LocalPort}"];
        return context.Response.WriteAsync(
            $"{pod} answers {request.Method} {request.Path}{request.QueryString} for {request.Host} "
            + $"(client {request.Headers["X-Forwarded-For"]}, {request.Headers["X-Forwarded-Proto"]}, request {request.Headers["X-Request-ID"]})\n");
    }
}
