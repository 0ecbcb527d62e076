using System.Collections.Immutable;
using System.Globalization;
using Sluice.Core.Values;

namespace Sluice.Core.Haproxy;

/// <summary>How the servers that HAProxy holds differ from those that it should hold.</summary>
internal sealed class ServerDrift(Observation seen, HaproxyState wanted)
{
    /// <summary>Commands for what the planner knows nothing of.</summary>
    public List<RuntimeCommand> Repairs { get; } = [];

    /// <summary>What is on its way out.</summary>
    public ImmutableHashSet<Retirement>.Builder Retiring { get; } = ImmutableHashSet.CreateBuilder<Retirement>();

    /// <summary>Compares how many connections servers get at a time.</summary>
    public void Limits()
    {
        var limits = new Dictionary<(string Backend, string Server), int>(seen.ServerLimits);
        var known = from backend in wanted.Backends.Values
                    from server in backend.Servers
                    where (limits.Remove((backend.Name, server.Name), out var limit) ? limit : 0) != server.Limit && seen.Has(backend.Name, server.Name)
                    select new RuntimeCommand.LimitServer(backend.Name, server.Name, server.Limit);
        Repairs.AddRange(known.ToList());
        Repairs.AddRange(limits.Keys.Where(server => !IsOnItsWayOut(server)).Select(server => new RuntimeCommand.LimitServer(server.Backend, server.Server, 0)));
    }

    // It keeps the limit that it had.
    private bool IsOnItsWayOut((string Backend, string Server) server) => !wanted.Backends.ContainsKey(server.Backend)
        || seen.Servers[server.Backend].Any(found => found.Name == server.Server && found.Weight == 0);

    /// <summary>The servers that HAProxy has of a backend, in the wanted order, as far as they may get requests.</summary>
    public EquatableArray<ServerState> Of(BackendState backend)
    {
        var there = seen.Servers[backend.Name].ToDictionary(server => server.Name, StringComparer.Ordinal);
        var servers = new List<ServerState>();
        foreach (var server in backend.Servers)
        {
            if (!there.Remove(server.Name, out var found))
            {
                continue;
            }

            Connections(backend.Name, server, found);
            if (server is { HasAgent: true, Weight: > 0 })
            {
                // What state and weight it has is for its agent to say.
                servers.Add(server with { Address = found.Address });
            }
            else if (!found.IsReady)
            {
                Retiring.Add(new Retirement(backend.Name, server.Name));
            }
            else
            {
                Health(backend.Name, server, found);
                servers.Add(server with { Address = found.Address, Weight = found.Weight });
            }
        }

        foreach (var unwanted in there.Values)
        {
            if (unwanted.Weight == 0)
            {
                Retiring.Add(new Retirement(backend.Name, unwanted.Name));
            }
            else
            {
                servers.Add(new ServerState(unwanted.Name, unwanted.Address, unwanted.Weight));
            }
        }

        return servers.ToEquatableArray();
    }

    // What checks find is theirs to say; without them a server is down only because somebody said so.
    private void Health(string backend, ServerState server, ObservedServer found)
    {
        if (server.IsChecked && found.IsCheckOff)
        {
            Repairs.Add(new RuntimeCommand.EnableChecks(backend, server.Name));
        }
        else if (!server.IsChecked && found.IsDown)
        {
            Repairs.Add(new RuntimeCommand.SetUp(backend, server.Name));
        }
    }

    // How it is spoken to; and where checks and its agent are, which would tell of another pod.
    private void Connections(string backend, ServerState server, ObservedServer found)
    {
        if (server.IsTls != found.IsTls)
        {
            Repairs.Add(new RuntimeCommand.SetTls(backend, server.Name, server.IsTls));
        }

        var colon = server.Address.LastIndexOf(':');
        if (server.IsChecked && found.CheckPort != 0 && server.Address[(colon + 1)..] != found.CheckPort.ToString(CultureInfo.InvariantCulture))
        {
            Repairs.Add(new RuntimeCommand.SetCheckPort(backend, server));
        }

        if (server.HasAgent && (found.Agent.Port != server.AgentPort || (found.Agent.Address != "-" && found.Agent.Address != server.Address[..colon].Trim('[', ']'))))
        {
            Repairs.Add(new RuntimeCommand.SetAgentAddress(backend, server));
        }
    }
}
