using System.Runtime.CompilerServices;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Benchmarks;

/// <summary>The product's own map: removal guard, counters per VP and per port and everything else included.</summary>
internal sealed unsafe class SynicSide : DispatchSide
{
    private readonly SynicPortMap _map = new();
    private readonly Workload _work;
    private readonly DispatchContext[] _contexts;

    public SynicSide(Workload work, int threads, Func<Operation, int, Port>? target = null)
        : base("synic")
    {
        _work = work;
        var ports = new SynicPorts(_map, new NoSynic());
        Port[] targets = [.. work.Ports.Select((_, i) => target is null ? Target(work.Operation) : target(work.Operation, i))]; // in a row, as the other sides have them
        var minimumVtl = new Vtl(work.MinimumVtl);
        for (var i = 0; i < targets.Length; i++)
        {
            var connection = new ConnectionId(work.Ports[i]);
            _ = targets[i] is MessagePort message
                ? ports.AddMessagePort(connection, minimumVtl, message, "benchmark")
                : ports.AddEventPort(connection, minimumVtl, (EventPort)targets[i], "benchmark");
        }

        _contexts = [.. Enumerable.Range(0, threads).Select(i => _map.CreateContext(new VpIndex((uint)i)))];
    }

    public override int Run(int thread, int calls)
    {
        var context = _contexts[thread];
        context.Timestamp = calls + 1;
        return _work.IsPost ? Post(_map, context, _work.Order, _work.Guest, calls) : Signal(_map, context, _work.Order, calls);
    }

    public override void Dispose()
    {
    }

    private static Port Target(Operation operation) => operation switch
    {
        Operation.CopyPost => new NoOpMessagePort(),
        Operation.SignalAtomic => new CountingEventPort(),
        _ => new NoOpEventPort(),
    };

    private static int Signal(SynicPortMap map, DispatchContext context, uint[] order, int calls)
    {
        var taken = 0;
        for (var i = 0; i < calls; i++)
        {
            taken += map.HandleSignalEvent(context, Vtl.Vtl0, new ConnectionId(order[i & (order.Length - 1)]), 0).IsSuccess ? 1 : 0;
        }

        return taken;
    }

    private static int Post(SynicPortMap map, DispatchContext context, uint[] order, byte* guest, int calls)
    {
        var taken = 0;
        for (var i = 0; i < calls; i++)
        {
            var connection = new ConnectionId(order[i & (order.Length - 1)]);
            taken += PostOne(map, context, connection, guest + ((i * 256) & (Workload.GuestBytes - 1))) ? 1 : 0;
        }

        return taken;
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool PostOne(SynicPortMap map, DispatchContext context, ConnectionId connection, byte* guest)
    {
        Span<byte> copy = stackalloc byte[Workload.PayloadBytes];
        new ReadOnlySpan<byte>(guest, Workload.PayloadBytes).CopyTo(copy);
        return map.HandlePostMessage(context, Vtl.Vtl0, connection, trusted: false, new PostedMessage(1, copy)).IsSuccess;
    }
}
