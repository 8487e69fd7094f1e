using System.Runtime.CompilerServices;
using Synic.Faults;
using Synic.Hv;
using Synic.Hypercalls;
using Synic.Ports;

namespace Synic.Benchmarks;

/// <summary>The guest's calls through all that is checked before the port map, in one of three builds.</summary>
internal sealed unsafe class FaultSide : DispatchSide
{
    private readonly FaultPoint _faults = new();
    private readonly FaultRules? _rules;
    private readonly PortHypercalls _calls;
    private readonly BareCalls _bare;
    private readonly FaultBench _bench;
    private readonly DispatchContext _context;
    private readonly Workload _work;
    private readonly bool _isBare;

    private FaultSide(string name, FaultBench bench, bool bare, int rules)
        : base(name)
    {
        _bench = bench;
        _work = bench.Work;
        _context = bench.Context;
        _isBare = bare;
        _calls = new PortHypercalls(bench.Map, new NoSynic(), SynicDialect.OpenVmm, faults: _faults);
        _bare = new BareCalls(bench.Map, SynicDialect.OpenVmm, timings: null, tap: null);
        _rules = rules > 0 ? Arm(rules, _work) : null;
    }

    /// <summary>As it would be if there were no fault rules at all.</summary>
    public static FaultSide Without(FaultBench bench) => new("without faults", bench, bare: true, rules: 0);

    public static FaultSide NoRule(FaultBench bench) => new("no rule", bench, bare: false, rules: 0);

    /// <summary>So many rules are armed, each on a connection of its own that nobody calls.</summary>
    public static FaultSide Elsewhere(FaultBench bench, int rules) => new($"{rules} rules elsewhere", bench, bare: false, rules);

    public override int Run(int thread, int calls)
    {
        _context.Timestamp = calls + 1;
        return (_isBare, _work.IsPost) switch
        {
            (true, true) => BarePost(_bare, _context, _work, calls),
            (true, false) => BareSignal(_bare, _context, _work.Order, calls),
            (false, true) => Post(_calls, _context, _work, calls),
            (false, false) => Signal(_calls, _context, _work.Order, calls),
        };
    }

    public override void Dispose() => _rules?.Dispose();

    private FaultRules Arm(int count, Workload work)
    {
        var rules = new FaultRules(
            new FaultHost { Point = _faults, Map = _bench.Map, VpCount = 1, MaxRules = count }, new FaultKillSwitch(TimeProvider.System));
        var free = work.Ports.Max() + 1;
        for (var i = 0U; i < count; i++)
        {
            rules.Put(
                new FaultRule
                {
                    Id = $"rule-{i}",
                    Match = new FaultMatch
                    {
                        Operations = (1U << (int)FaultOperation.PostMessage) | (1U << (int)FaultOperation.SignalEvent),
                        Connections = [new ConnectionRange(free + i, free + i)],
                    },
                    Action = new FaultAction { Kind = FaultEffectKind.Verify },
                    Seed = 1,
                    Ttl = TimeSpan.FromHours(1),
                    Reason = "benchmark",
                },
                arm: true);
        }

        return rules;
    }

    private static int Signal(PortHypercalls calls, DispatchContext context, uint[] order, int count)
    {
        var taken = 0;
        for (var i = 0; i < count; i++)
        {
            taken += calls.SignalEvent(context, Vtl.Vtl0, new ConnectionId(order[i & (order.Length - 1)]), 0).IsSuccess ? 1 : 0;
        }

        return taken;
    }

    private static int BareSignal(BareCalls calls, DispatchContext context, uint[] order, int count)
    {
        var taken = 0;
        for (var i = 0; i < count; i++)
        {
            taken += calls.SignalEvent(context, Vtl.Vtl0, new ConnectionId(order[i & (order.Length - 1)]), 0).IsSuccess ? 1 : 0;
        }

        return taken;
    }

    private static int Post(PortHypercalls calls, DispatchContext context, Workload work, int count)
    {
        var taken = 0;
        for (var i = 0; i < count; i++)
        {
            taken += PostOne(calls, context, Connection(work, i), Message(work, i)) ? 1 : 0;
        }

        return taken;
    }

    private static int BarePost(BareCalls calls, DispatchContext context, Workload work, int count)
    {
        var taken = 0;
        for (var i = 0; i < count; i++)
        {
            taken += BarePostOne(calls, context, Connection(work, i), Message(work, i)) ? 1 : 0;
        }

        return taken;
    }

    private static ConnectionId Connection(Workload work, int i) => new(work.Order[i & (work.Order.Length - 1)]);

    private static byte* Message(Workload work, int i) => work.Guest + ((i * 256) & (Workload.GuestBytes - 1));

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool PostOne(PortHypercalls calls, DispatchContext context, ConnectionId connection, byte* guest)
    {
        Span<byte> copy = stackalloc byte[Workload.PayloadBytes];
        new ReadOnlySpan<byte>(guest, Workload.PayloadBytes).CopyTo(copy);
        return calls.PostMessage(context, Vtl.Vtl0, connection, 1, copy).IsSuccess;
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool BarePostOne(BareCalls calls, DispatchContext context, ConnectionId connection, byte* guest)
    {
        Span<byte> copy = stackalloc byte[Workload.PayloadBytes];
        new ReadOnlySpan<byte>(guest, Workload.PayloadBytes).CopyTo(copy);
        return calls.PostMessage(context, Vtl.Vtl0, connection, 1, copy).IsSuccess;
    }
}

/// <summary>Ports that all sides call: only the code before them differs, not where they lie in memory.</summary>
internal sealed class FaultBench
{
    public FaultBench(Workload work)
    {
        Work = work;
        var ports = new SynicPorts(Map, new NoSynic());
        Port[] targets = [.. work.Ports.Select<uint, Port>(_ => work.IsPost ? new NoOpMessagePort() : new NoOpEventPort())];
        for (var i = 0; i < targets.Length; i++)
        {
            var connection = new ConnectionId(work.Ports[i]);
            _ = targets[i] is MessagePort message
                ? ports.AddMessagePort(connection, Vtl.Vtl0, message, "benchmark")
                : ports.AddEventPort(connection, Vtl.Vtl0, (EventPort)targets[i], "benchmark");
        }

        Context = Map.CreateContext(new VpIndex(0));
    }

    public Workload Work { get; }

    public SynicPortMap Map { get; } = new();

    public DispatchContext Context { get; }
}

/// <summary>What <see cref="PortHypercalls"/> does for an OpenVMM guest whom nobody times or watches, without fault rules.</summary>
internal sealed class BareCalls(SynicPortMap map, SynicDialect dialect, object? timings, object? tap)
{
    private readonly SynicDialect _dialect = dialect;
    private readonly object? _timings = timings;
    private readonly object? _tap = tap;

    public HvStatus SignalEvent(DispatchContext context, Vtl vtl, ConnectionId connection, ushort flag)
    {
        if (_dialect != SynicDialect.OpenVmm || _timings is not null)
        {
            return HvStatus.OperationFailed;
        }

        var status = map.HandleSignalEvent(context, vtl, connection, flag);
        return _tap is null ? status : HvStatus.OperationFailed;
    }

    public HvStatus PostMessage(DispatchContext context, Vtl vtl, ConnectionId connection, uint type, ReadOnlySpan<byte> payload)
    {
        if (payload.Length > HvMessage.MaxPayload || _dialect != SynicDialect.OpenVmm || _timings is not null)
        {
            return HvStatus.OperationFailed;
        }

        var status = map.HandlePostMessage(context, vtl, connection, trusted: false, new PostedMessage(type, payload));
        return _tap is null ? status : HvStatus.OperationFailed;
    }
}
