using Synic.Benchmarks;

BenchOptions options;
try
{
    options = BenchOptions.Parse(args);
}
catch (FormatException e)
{
    Console.Error.WriteLine(e.Message);
    Console.Error.WriteLine(BenchOptions.Usage);
    return 2;
}

#if DEBUG
Console.Error.WriteLine("This is a Debug build, whose numbers mean nothing: run it with -c Release.");
return 2;
#else
if (options.GuestOnly)
{
    var rows = GuestRows.Measure(options.Rounds, out var why);
    new Report(Console.Out).Guest(rows ?? throw new InvalidOperationException(why));
    return 0;
}

if (options.FaultsOnly)
{
    Training.Run();
    new Report(Console.Out).Faults(FaultRows.Measure(options.Rounds, options.Gate));
    return 0;
}

if (options.RegistrationOnly)
{
    var microseconds = RegistrationRow.Measure(options.Rounds);
    new Report(Console.Out).Registration(microseconds, microseconds <= Limits.RegistrationMicroseconds);
    return 0;
}

if (options.TapOnly)
{
    new Report(Console.Out).Tap(TapRows.Measure(options.Rounds));
    return 0;
}

if (options.ListsOnly)
{
    new Report(Console.Out).Lists(ListRows.Measure(options.Rounds));
    return 0;
}

if (options.InspectOnly)
{
    new Report(Console.Out).Inspect(InspectRow.Measure(options.Rounds));
    return 0;
}

var rust = RustSeed.TryLoad(out var reason);
if (rust is null)
{
    Console.WriteLine($"No rows against the seed in Rust: {reason}.");
}

var report = new Report(Console.Out);
var judged = options.Threads == 1;
var failures = 0;
report.DispatchHeader(options.Threads);
foreach (var row in new DispatchRows(options, rust).Measure())
{
    report.Add(row, judged);
    failures += judged && !row.Passed ? 1 : 0;
}

if (options.DispatchOnly)
{
    return report.Conclude(failures, options.Gate);
}

var registration = RegistrationRow.Measure(options.Rounds);
if (options.Gate && registration > Limits.RegistrationMicroseconds)
{
    registration = RegistrationRow.Measure(options.Rounds);
}

var registered = registration <= Limits.RegistrationMicroseconds;
report.Registration(registration, registered);
failures += registered ? 0 : 1;
List<TapRow> tapRows = [.. TapRows.Measure(options.Rounds)];
report.Tap(tapRows);
failures += tapRows.Count(row => !options.Gate && !row.Passed);

var lists = ListRows.Measure(options.Rounds);
report.Lists(lists);
failures += lists.Count(static row => !row.Passed);
if (judged)
{
    FaultRow[] faultRows = [.. FaultRows.Measure(options.Rounds, options.Gate)];
    report.Faults(faultRows);
    failures += faultRows.Count(static row => !row.Passed);
}

var inspect = InspectRow.Measure(options.Rounds);
report.Inspect(inspect);
failures += inspect.Passed ? 0 : 1;
if (GuestRows.Measure(options.Rounds, out var noGuest) is { } guestRows)
{
    report.Guest(guestRows);
    failures += guestRows.Count(row => !options.Gate && !row.Passed);
}
else
{
    Console.WriteLine($"\nNo rows of a real guest: {noGuest}.");
}

return report.Conclude(failures, options.Gate);
#endif
