using System.Runtime.InteropServices;
using Sluice.Bench;
using Sluice.Bench.ClusterRead;
using Sluice.Bench.Incremental;
using Sluice.Bench.Load;
using Sluice.Bench.Propagation;

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
    new("core", "time and memory to translate, render and plan one change", IncrementalBench.RunAsync),
    new("cluster", "memory, time and changes of a large cluster; a small one at rest", ClusterBench.RunAsync),
];
string[] options = ["--quick", "--save"];

var wanted = all.FirstOrDefault(bench => bench.Name == args.FirstOrDefault());
var (rest, minutes) = args is [.., "--minutes", var number] && double.TryParse(number, out var given) ? (args[1..^2], given) : (args.Skip(1), default(double?));
if (wanted is null || rest.Except(options).Any())
{
    Console.WriteLine("Usage: ./dev bench NAME [--quick] [--save] [--minutes N]\n");
    Console.WriteLine("  --quick  a smoke run: fewer and smaller rounds, the figures say little");
    Console.WriteLine("  --save   write the result to bench/results/NAME.md");
    Console.WriteLine("  --minutes N  how long cluster looks at a cluster where nothing happens; 10 if not given\n");
    Console.WriteLine("SLUICE_EXECUTABLE names the controller compiled ahead of time (dotnet publish src/Controller -p:PublishAot=true), to measure that.\n");
    foreach (var bench in all)
    {
        Console.WriteLine($"  {bench.Name,-12} {bench.Summary}");
    }

    return args.Length == 0 ? 0 : 2;
}

try
{
    var load = Machine.Load();
    var report = await wanted.Run(new BenchSettings(Quick: args.Contains("--quick"), minutes), stopping.Token);
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

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stopping.Cancel();
}
