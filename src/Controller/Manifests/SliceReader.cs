using System.Runtime.InteropServices;
using System.Text.Json;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Controller.Manifests;

/// <summary>
/// Reads an EndpointSlice in one pass, with nothing made on the way but the slice: most of what is read of a cluster are
/// these. What is not as the API server writes it is left to the general decoder, which knows what to say about it.
/// </summary>
internal ref struct SliceReader
{
    private readonly TextPool texts;
    private StrictReader reader;
    private string? name;
    private string? space;
    private string? service;
    private DateTimeOffset? createdAt;

    private SliceReader(ReadOnlySpan<byte> json, TextPool texts)
    {
        reader = new StrictReader(json);
        this.texts = texts;
    }

    /// <summary>The slice; null if the general decoder has to look at it.</summary>
    public static EndpointSliceResource? Read(ReadOnlySpan<byte> json, TextPool texts)
    {
        try
        {
            return new SliceReader(json, texts).Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private EndpointSliceResource Read()
    {
        EquatableArray<SliceEndpoint> endpoints = [];
        EquatableArray<EndpointPort> ports = [];
        var seen = 0;
        reader.Enter();
        while (reader.NextProperty())
        {
            if (reader.Is("metadata"u8, ref seen, 1))
            {
                ReadMetadata();
            }
            else if (reader.Is("endpoints"u8, ref seen, 2))
            {
                endpoints = ReadEndpoints();
            }
            else if (reader.Is("ports"u8, ref seen, 4))
            {
                ports = ReadPorts();
            }
            else if (reader.Is("addressType"u8, ref seen, 8))
            {
                StrictReader.Require(reader.Text(texts) != "FQDN");
            }
            else
            {
                reader.Skip();
            }
        }

        reader.End();
        StrictReader.Require(KubernetesName.IsSubdomain(name) && KubernetesName.IsLabel(space) && KubernetesName.IsLabel(service));
        return new EndpointSliceResource(new NamespacedName(space!, name!), service!) { Ports = ports, Endpoints = endpoints, CreatedAt = createdAt };
    }

    private void ReadMetadata()
    {
        var seen = 0;
        reader.Enter();
        while (reader.NextProperty())
        {
            if (reader.Is("name"u8, ref seen, 1))
            {
                name = reader.Text(texts);
            }
            else if (reader.Is("namespace"u8, ref seen, 2))
            {
                space = reader.Text(texts);
            }
            else if (reader.Is("labels"u8, ref seen, 4))
            {
                service = reader.Map("kubernetes.io/service-name"u8, texts, isText: true);
            }
            else if (reader.Is("creationTimestamp"u8, ref seen, 8))
            {
                createdAt = reader.Time();
            }
            else if (reader.Is("annotations"u8, ref seen, 16))
            {
                reader.Map([], texts, isText: false);
            }
            else if (reader.Is("uid"u8, ref seen, 32))
            {
                reader.IgnoreText();
            }
            else
            {
                // One that is about to go is rare, and the general decoder reads this field, too.
                StrictReader.Require(!reader.Is("deletionTimestamp"u8, ref seen, 64));
                reader.Skip();
            }
        }
    }

    private EquatableArray<SliceEndpoint> ReadEndpoints()
    {
        var endpoints = new List<SliceEndpoint>(0);
        for (var isList = reader.EnterList(); isList && reader.NextItem();)
        {
            endpoints.EnsureCapacity(endpoints.Count == 0 ? 16 : 0);
            endpoints.Add(ReadEndpoint());
        }

        return EquatableArray.Create<SliceEndpoint>(CollectionsMarshal.AsSpan(endpoints));
    }

    private SliceEndpoint ReadEndpoint()
    {
        var address = default(SliceEndpoint?);
        var (ready, serving, terminating) = (default(bool?), default(bool?), default(bool?));
        var seen = 0;
        while (reader.NextProperty())
        {
            if (reader.Is("addresses"u8, ref seen, 1))
            {
                address = ReadAddress();
            }
            else if (reader.Is("conditions"u8, ref seen, 2))
            {
                (ready, serving, terminating) = ReadConditions();
            }
            else
            {
                reader.Skip();
            }
        }

        return (address ?? throw new FormatException()).With(ready ?? true, serving ?? ready ?? true, terminating ?? false);
    }

    // A second address has no meaning, as with the general decoder.
    private SliceEndpoint? ReadAddress()
    {
        SliceEndpoint? first = null;
        for (var isList = reader.EnterList(); isList && reader.NextText();)
        {
            first ??= reader.Ipv4() is { } number ? new SliceEndpoint(number, false, false, false)
                : new SliceEndpoint(ServiceDecoder.Address(reader.Current(texts)) ?? throw new FormatException(), false, false, false);
        }

        return first;
    }

    private (bool? Ready, bool? Serving, bool? Terminating) ReadConditions()
    {
        var (ready, serving, terminating) = (default(bool?), default(bool?), default(bool?));
        var seen = 0;
        reader.Enter();
        while (reader.NextProperty())
        {
            if (reader.Is("ready"u8, ref seen, 1))
            {
                ready = reader.Truth();
            }
            else if (reader.Is("serving"u8, ref seen, 2))
            {
                serving = reader.Truth();
            }
            else if (reader.Is("terminating"u8, ref seen, 4))
            {
                terminating = reader.Truth();
            }
            else
            {
                reader.Skip();
            }
        }

        return (ready, serving, terminating);
    }

    private EquatableArray<EndpointPort> ReadPorts()
    {
        var ports = new List<EndpointPort>(0);
        for (var isList = reader.EnterList(); isList && reader.NextItem();)
        {
            var (port, protocol, number, seen) = ("", "", default(int?), 0);
            while (reader.NextProperty())
            {
                if (reader.Is("name"u8, ref seen, 1))
                {
                    port = reader.Text(texts) ?? "";
                }
                else if (reader.Is("protocol"u8, ref seen, 2))
                {
                    protocol = reader.Text(texts) ?? "";
                }
                else if (reader.Is("port"u8, ref seen, 4))
                {
                    number = reader.Number();
                }
                else
                {
                    reader.Skip();
                }
            }

            if (protocol is "" or "TCP" && number is { } listening)
            {
                StrictReader.Require(listening is >= 1 and <= 65535 && (port.Length == 0 || KubernetesName.IsLabel(port)));
                ports.Add(new EndpointPort(port, listening));
            }
        }

        return ports.ToEquatableArray();
    }
}
