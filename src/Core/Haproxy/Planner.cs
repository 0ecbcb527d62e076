using Sluice.Core.Values;

namespace Sluice.Core.Haproxy;

/// <summary>Compares what HAProxy knows with what it should know. Parts that are the same object are not looked into.</summary>
public static class Planner
{
    public static Plan Plan(RunningState running, HaproxyState wanted)
    {
        var reasons = ReloadReasons(running, wanted);
        if (reasons.Count > 0)
        {
            return new Plan.Reload(reasons.ToEquatableArray());
        }

        var commands = new Commands();
        PlanCertificates(running.State, wanted, commands);
        PlanSets(running.State, wanted, commands);
        PlanPemFiles(running, wanted, commands);
        PlanBackends(running, wanted, commands);
        PlanRoutes(running.State, wanted, commands);
        var all = commands.InOrder();
        return all.Count == 0 ? new Plan.Nothing() : new Plan.Update(all);
    }

    private static List<string> ReloadReasons(RunningState known, HaproxyState wanted)
    {
        var running = known.State;
        var reasons = NewBackends(known, wanted).Select(backend => known.CanAddBackends
            ? $"HAProxy takes the new backend {backend.Name}, which speaks FastCGI, by a reload only"
            : $"this HAProxy takes the new backend {backend.Name} by a reload only").ToList();
        if (running.Program != wanted.Program)
        {
            var former = running.Program.ToDictionary(section => section.Name, section => section.Text, StringComparer.Ordinal);
            reasons.AddRange(wanted.Program
                .Where(section => former.GetValueOrDefault(section.Name) != section.Text)
                .Select(section => $"{section.Name} changed"));
            reasons.AddRange(former.Keys.Except(wanted.Program.Select(section => section.Name)).Select(name => $"{name} removed"));
            if (reasons.Count == 0)
            {
                reasons.Add("the order of the sections changed");
            }
        }

        reasons.AddRange(LargeCertificates(running, wanted).Select(entry =>
            $"the certificate for {entry.Hosts[0]} is larger than HAProxy takes at run time ({RuntimeCommand.LargestPayload} bytes)"));
        if (HasLargeDefault(running, wanted))
        {
            reasons.Add($"the default certificate is larger than HAProxy takes at run time ({RuntimeCommand.LargestPayload} bytes)");
        }

        return reasons;
    }

    /// <summary>As much of the wanted state as HAProxy can be brought to with the program that it runs.</summary>
    public static HaproxyState WithProgramOf(HaproxyState running, HaproxyState wanted) =>
        Without(BackendsOfNewProfiles(running, wanted).ToHashSet(StringComparer.Ordinal), running, wanted) with
        {
            Program = running.Program,
            PlainProgram = running.PlainProgram,
            RareProfiles = running.RareProfiles,
            Filters = running.Filters,
            RareWindows = running.RareWindows,
        };

    /// <summary>As much of the wanted state as HAProxy can be brought to without a reload.</summary>
    public static HaproxyState WithoutReload(RunningState known, HaproxyState wanted)
    {
        var running = known.State;
        wanted = WithProgramOf(running, wanted);
        return Without(NewBackends(known, wanted).Select(backend => backend.Name).ToHashSet(StringComparer.Ordinal), running, wanted) with
        {
            Certificates = LargeCertificates(running, wanted).Any() ? running.Certificates : wanted.Certificates,
            DefaultCertificate = HasLargeDefault(running, wanted) ? running.DefaultCertificate : wanted.DefaultCertificate,
        };
    }

    private static IEnumerable<BackendState> NewBackends(RunningState running, HaproxyState wanted) =>
        from change in wanted.Backends.ChangesSince(running.State.Backends)
        where change is { Former: null, Current: not null } && (!running.CanAddBackends || change.Current.Scripts is not null)
            && !running.Retiring.Contains(new Retirement(change.Key, ""))
        select change.Current;

    private static IEnumerable<string> BackendsOfNewProfiles(HaproxyState running, HaproxyState wanted) =>
        running.Program == wanted.Program
            ? []
            : from change in wanted.Backends.ChangesSince(running.Backends)
              where change.Former is null && change.Current is { } backend && running.Program.All(section => section.Name != $"defaults {backend.Profile}")
              select change.Key;

    // A host with a route to a backend that is not there yet keeps the routes that it has.
    private static HaproxyState Without(HashSet<string> backends, HaproxyState running, HaproxyState wanted)
    {
        if (backends.Count == 0)
        {
            return wanted;
        }

        bool NamesOne(MapEntry entry) => backends.Contains(RouteKeys.BackendOf(entry));
        var hosts = wanted.Hosts;
        foreach (var (host, former, current) in wanted.Hosts.ChangesSince(running.Hosts))
        {
            if (current is not null && current.Entries.Any(NamesOne))
            {
                hosts = former is null ? hosts.Remove(host) : hosts.SetItem(host, former);
            }
        }

        return wanted with
        {
            Backends = backends.Aggregate(wanted.Backends, (table, name) => table.Remove(name)),
            Hosts = hosts,
            Regexes = wanted.Regexes.Any(NamesOne) ? running.Regexes : wanted.Regexes,
        };
    }

    private static IEnumerable<CertificateEntry> LargeCertificates(HaproxyState running, HaproxyState wanted) =>
        wanted.Certificates.ChangesSince(running.Certificates).Select(change => change.Current).OfType<CertificateEntry>()
            .Where(entry => entry.Pem.Length > RuntimeCommand.LargestPayload);

    private static bool HasLargeDefault(HaproxyState running, HaproxyState wanted) =>
        wanted.DefaultCertificate != running.DefaultCertificate && wanted.DefaultCertificate.Length > RuntimeCommand.LargestPayload;

    private static void PlanCertificates(HaproxyState running, HaproxyState wanted, Commands commands)
    {
        if (running.DefaultCertificate != wanted.DefaultCertificate)
        {
            commands.Before.Add(new RuntimeCommand.ReplaceDefaultCertificate(wanted.DefaultCertificate));
        }

        // The name says the content, so an entry comes or goes but never changes.
        foreach (var (name, former, entry) in wanted.Certificates.ChangesSince(running.Certificates))
        {
            if (former is null)
            {
                commands.Before.Add(new RuntimeCommand.AddCertificate(entry!));
            }
            else if (entry is null)
            {
                commands.After.Add(new RuntimeCommand.RemoveCertificate(name));
            }
        }
    }

    // One that nobody wants any more is deleted after the servers that use it.
    private static void PlanPemFiles(RunningState running, HaproxyState wanted, Commands commands) =>
        commands.Before.AddRange(
            from change in wanted.PemFiles.ChangesSince(running.State.PemFiles)
            where change.Former is null && !running.Retiring.Contains(Retirement.Of(change.Key))
            select new RuntimeCommand.AddPemFile(change.Current!.File));

    private static void PlanBackends(RunningState running, HaproxyState wanted, Commands commands)
    {
        foreach (var (name, former, backend) in wanted.Backends.ChangesSince(running.State.Backends))
        {
            if (backend is null && running.CanAddBackends)
            {
                commands.After.Add(new RuntimeCommand.RetireBackend(name));
            }
            else if (backend is not null && former is null && !running.Retiring.Contains(new Retirement(name, "")))
            {
                commands.Before.Add(new RuntimeCommand.AddBackend(name, backend.Profile));
            }

            PlanServers(running, name, former?.Servers ?? [], backend?.Servers ?? [], commands);
            if (former is null && running.CanAddBackends)
            {
                commands.Before.Add(new RuntimeCommand.PublishBackend(name));
            }
        }
    }

    // New servers first, so that there is never a moment without any.
    private static void PlanServers(
        RunningState running, string backend, EquatableArray<ServerState> former, EquatableArray<ServerState> servers, Commands commands)
    {
        var known = former.ToDictionary(server => server.Name, StringComparer.Ordinal);
        foreach (var server in servers)
        {
            if (!known.Remove(server.Name, out var before))
            {
                commands.Before.Add(running.Retiring.Contains(new Retirement(backend, server.Name))
                    ? new RuntimeCommand.ReviveServer(backend, server)
                    : new RuntimeCommand.AddServer(backend, server) { IsNamedByItself = running.CanAddBackends });
            }
            else
            {
                commands.Before.AddRange(before.Address != server.Address ? [new RuntimeCommand.SetAddress(backend, server)] : []);
                commands.After.AddRange(before.Weight != server.Weight ? [new RuntimeCommand.SetWeight(backend, server.Name, server.Weight) { HasAgent = server.HasAgent }] : []);
            }
        }

        commands.After.AddRange(known.Values.Select(server => new RuntimeCommand.RetireServer(backend, server.Name) { IsSticky = server.IsSticky, HasAgent = server.HasAgent }));
    }

    // A set comes and goes as a whole. That one of its entries is not as it should be is for those to see who look.
    private static void PlanSets(HaproxyState running, HaproxyState wanted, Commands commands)
    {
        foreach (var (_, former, used) in wanted.Sets.ChangesSince(running.Sets))
        {
            if (former is null)
            {
                commands.Before.AddRange(used!.Set.Entries.Select(entry => new RuntimeCommand.AddMapEntry(entry)));
            }
            else if (used is null)
            {
                commands.After.AddRange(former.Set.Entries.Select(entry => new RuntimeCommand.RemoveMapEntry(entry.Map, entry.Key)));
            }
        }
    }

    private static void PlanRoutes(HaproxyState running, HaproxyState wanted, Commands commands)
    {
        foreach (var (_, former, host) in wanted.Hosts.ChangesSince(running.Hosts))
        {
            var values = (former?.Entries ?? []).ToDictionary(entry => (entry.Map, entry.Key), entry => entry.Value);
            foreach (var entry in host?.Entries ?? [])
            {
                if (!values.Remove((entry.Map, entry.Key), out var value))
                {
                    commands.Routes.Add(new RuntimeCommand.AddMapEntry(entry));
                }
                else if (value != entry.Value)
                {
                    commands.Routes.Add(new RuntimeCommand.SetMapEntry(entry));
                }
            }

            commands.RoutesOut.AddRange(values.Keys.Select(key => new RuntimeCommand.RemoveMapEntry(key.Map, key.Key)));
        }

        if (running.Regexes != wanted.Regexes)
        {
            commands.Routes.Add(new RuntimeCommand.ReplaceRegexes(wanted.Regexes));
        }
    }

    /// <summary>What a route needs comes before it; what it needed goes after it.</summary>
    private sealed class Commands
    {
        public List<RuntimeCommand> Before { get; } = [];

        public List<RuntimeCommand> Routes { get; } = [];

        public List<RuntimeCommand> RoutesOut { get; } = [];

        public List<RuntimeCommand> After { get; } = [];

        public EquatableArray<RuntimeCommand> InOrder() => [.. Before, .. Routes, .. RoutesOut, .. After];
    }
}
