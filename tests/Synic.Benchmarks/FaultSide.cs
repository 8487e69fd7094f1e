using System.Runtime.CompilerServices;
using Synic.Faults;
using Synic.Hv;
using Synic.Hypercalls;
using Synic.Ports;

namespace Synic.Benchmarks;

/// <summary>The guest's calls through all that is checked before the port map, in one of three builds.</summary>
internal sealed unsafe class FaultSide : DispatchSide
{
    private readonly SynicPortMap _map = new();
    private readonly FaultPoint _faults = new();
    private readonly FaultRules? _rules;
    private readonly PortHypercalls _calls;
    private readonly BareCalls _bare;
    private readonly DispatchContext _context;
    private readonly Workload _work;
    private readonly bool _isBare;

    private FaultSide(string name, Workload work, bool bare, int rules)
        : base(name)
    {
        _work = work;
        _isBare = bare;
        var ports = new SynicPorts(_map, new NoSynic()) { Faults = _faults };
        foreach (var id in work.Ports)
        {
            _ = work.IsPost
                ? ports.AddMessagePort(new ConnectionId(id), Vtl.Vtl0, new NoOpMessagePort(), "benchmark")
                : ports.AddEventPort(new ConnectionId(id), Vtl.Vtl0, new NoOpEventPort(), "benchmark");
        }

        _calls = new PortHypercalls(_map, new NoSynic(), SynicDialect.OpenVmm, faults: _faults);
        _bare = new BareCalls(_map, SynicDialect.OpenVmm, timings: null, tap: null);
        _context = _map.CreateContext(new VpIndex(0));
        _rules = rules > 0 ? Arm(rules, work) : null;
    }

    /// <summary>As it would be if there were no fault rules at all.</summary>
    public static FaultSide Without(Workload work) => new("without faults", work, bare: true, rules: 0);

    public static FaultSide NoRule(Workload work) => new("no rule", work, bare: false, rules: 0);

    /// <summary>So many rules are armed, each on a connection of its own that nobody calls.</summary>
    public static FaultSide Elsewhere(Workload work, int rules) => new($"{rules} rules elsewhere", work, bare: false, rules);

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
            new FaultHost { Point = _faults, Map = _map, VpCount = 1, MaxRules = count }, new FaultKillSwitch(TimeProvider.System));
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
