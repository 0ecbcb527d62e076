using System.Runtime.InteropServices;
using Sluice.Bench;
using Sluice.Bench.ClusterRead;
using Sluice.Bench.Incremental;
using Sluice.Bench.Load;
using Sluice.Bench.Propagation;
using Sluice.Bench.Resilience;

using var stopping = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
if (await ChildRole.PlayAsync(args, stopping.Token))
{
    return 0;
}

Benchmark[] all =
[
    new("propagation", "from a changed file to the first right answer, with the real controller and the real HAProxy", PropagationBench.RunAsync),
    new("proxy", "CPU time per request of HAProxy: our configuration against a hand-written one", LoadBench.RunAsync),
    new("policies", "CPU time per request of HAProxy: routes with policies against one without", PoliciesBench.RunAsync),
    new("core", "time and memory to translate, render and plan one change", IncrementalBench.RunAsync),
    new("cluster", "memory, time and changes of a large cluster; a small one at rest", ClusterBench.RunAsync),
    new("kill", "kill -9 of the controller, and of HAProxy's worker, in the middle of changes", KillBench.RunAsync),
    new("drift", "what somebody alters in HAProxy behind the controller's back, until it is put right", DriftBench.RunAsync),
    new("churn", "endpoints of many Services rewritten all the time, under load, with WebSockets open", ChurnBench.RunAsync),
    new("certs", "certificates of many hosts made, rotated and deleted, again and again", CertsBench.RunAsync),
    new("poison", "one bad object of each kind among many good ones", PoisonBench.RunAsync),
    new("scale", "time to start and memory with thousands of routes", ScaleBench.RunAsync),
    new("reload", "forced reloads under new connections", ReloadBench.RunAsync),
];
string[] options = ["--quick", "--save"];

var wanted = all.FirstOrDefault(bench => bench.Name == args.FirstOrDefault());
var rest = args.Skip(1).ToList();
var (minutes, rounds) = (TakeNumber("--minutes"), TakeNumber("--rounds"));
if (wanted is null || rest.Except(options).Any())
{
    Console.WriteLine("Usage: ./dev bench NAME [--quick] [--save] [--minutes N] [--rounds N]\n");
    Console.WriteLine("  --quick  a smoke run: fewer and smaller rounds, the figures say little");
    Console.WriteLine("  --save   write the result to bench/results/NAME.md");
    Console.WriteLine("  --minutes N  how long cluster looks at a cluster where nothing happens (10), churn rewrites endpoints (1) and reload reloads (2)");
    Console.WriteLine("  --rounds N  how often kill kills the controller (200), drift makes each alteration (2), and certs goes round (5)\n");
    Console.WriteLine("SLUICE_EXECUTABLE names another executable of the controller than that of this build: one compiled ahead of time (dotnet publish src/Controller -p:PublishAot=true).\n");
    foreach (var bench in all)
    {
        Console.WriteLine($"  {bench.Name,-12} {bench.Summary}");
    }

    return args.Length == 0 ? 0 : 2;
}

try
{
    var load = Machine.Load();
    var report = await wanted.Run(new BenchSettings(Quick: args.Contains("--quick"), minutes, (int?)rounds), stopping.Token);
    report = report with { Notes = [.. report.Notes, $"load average of the machine before: {load}"] };
    if (args.Contains("--save"))
    {
        report.Save(wanted.Name);
    }

    report.Print();
    return report.IsMet ? 0 : 1;
}
catch (OperationCanceledException) when (stopping.IsCancellationRequested)
{
    return 130;
}
catch (BenchException e)
{
    Console.Error.WriteLine($"bench: {e.Message}");
    return 1;
}

double? TakeNumber(string option)
{
    var at = rest.IndexOf(option);
    if (at < 0 || at + 1 == rest.Count || !double.TryParse(rest[at + 1], out var number))
    {
        return null;
    }

    rest.RemoveRange(at, 2);
    return number;
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stopping.Cancel();
}
