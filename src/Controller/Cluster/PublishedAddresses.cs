using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Controller.Cluster;

/// <summary>The addresses that users reach us at: fixed ones, or those of a Service, which is followed.</summary>
public sealed class PublishedAddresses
{
    private static readonly LoadBalancerAddress[] Nothing = [];

    private readonly Reflector? reflector;
    private readonly NamespacedName service;
    private readonly ILogger? log;
    private readonly Lock gate = new();
    private EquatableArray<LoadBalancerAddress>? current;

    private PublishedAddresses(EquatableArray<LoadBalancerAddress>? current) => this.current = current;

    private PublishedAddresses(ApiClient api, NamespacedName service, ReflectorTimes times, ILogger log)
    {
        (this.service, this.log) = (service, log);
        reflector = new Reflector(api, Selection.One(ApiKind.Service, service.Namespace, service.Name), new ServiceAddresses(Take), times, log);
    }

    /// <summary>Nothing is published, and nothing is taken back either.</summary>
    public static PublishedAddresses None => new(null);

    /// <summary>Raised when <see cref="Current"/> has changed. Handlers must be quick.</summary>
    public event Action? Changed;

    /// <summary>The addresses now; null while they are not known.</summary>
    public EquatableArray<LoadBalancerAddress>? Current
    {
        get
        {
            lock (gate)
            {
                return current;
            }
        }
    }

    /// <summary>Fixed ones, as the operator wrote them.</summary>
    /// <exception cref="InvalidDataException">One is neither an IP address nor a DNS name.</exception>
    public static PublishedAddresses Fixed(IEnumerable<string> texts) => new(texts.Select(Parse).Distinct().ToEquatableArray());

    public static PublishedAddresses Of(NamespacedName service, ApiClient api, ReflectorTimes times, ILogger log) => new(api, service, times, log);

    /// <summary>Reads an IP address or a DNS name. What could be meant as an address, but is none, is not a name.</summary>
    public static bool TryParse(string text, out LoadBalancerAddress address)
    {
        var isIp = IPAddress.TryParse(text, out var ip) && (ip.AddressFamily == AddressFamily.InterNetworkV6 ? ip.ScopeId == 0 : ip.ToString() == text);
        var name = text.ToLowerInvariant();
        var isName = !isIp && KubernetesName.IsSubdomain(name) && !name[(name.LastIndexOf('.') + 1)..].All(char.IsAsciiDigit);
        address = isIp ? new LoadBalancerAddress(ip!.ToString(), "") : isName ? new LoadBalancerAddress("", name) : default;
        return isIp || isName;
    }

    /// <summary>Follows the Service, if there is one to follow, until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        if (reflector is null)
        {
            return;
        }

        var following = reflector.RunAsync(stop);
        await Task.WhenAny(reflector.Synced, following);
        if (Current is null && !stop.IsCancellationRequested)
        {
            Take(null);
        }

        await following;
    }

    private static LoadBalancerAddress Parse(string text) => TryParse(text, out var address)
        ? address
        : throw new InvalidDataException($"'{text}' is neither an IP address nor a DNS name, and cannot be published as the address of Ingresses.");

    private void Take(EquatableArray<LoadBalancerAddress>? found)
    {
        var addresses = found ?? Nothing.ToEquatableArray();
        lock (gate)
        {
            if (current == addresses)
            {
                return;
            }

            current = addresses;
        }

        if (addresses.Count > 0)
        {
            log!.Publishing(string.Join(", ", addresses));
        }
        else
        {
            log!.NothingToPublish(service.ToString(), found is null ? "does not exist" : "has no address");
        }

        Changed?.Invoke();
    }
}
