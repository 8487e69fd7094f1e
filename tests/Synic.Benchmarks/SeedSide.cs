using System.Runtime.CompilerServices;

namespace Synic.Benchmarks;

/// <summary>The seed's design in C#.</summary>
internal sealed unsafe class SeedSide : DispatchSide
{
    private readonly SeedMap _map = new();
    private readonly Workload _work;

    public SeedSide(Workload work, Func<Operation, int, object>? target = null)
        : base("seed C#")
    {
        _work = work;
        for (var i = 0; i < work.Ports.Length; i++)
        {
            var port = target is null ? Target(work.Operation) : target(work.Operation, i);
            _map.Add(work.Ports[i], new SeedEntry(port, work.MinimumVtl));
        }
    }

    public override int Run(int thread, int calls) =>
        _work.IsPost ? Post(_map, _work.Order, _work.Guest, calls) : Signal(_map, _work.Order, calls);

    public override void Dispose()
    {
    }

    private static object Target(Operation operation) => operation switch
    {
        Operation.CopyPost => new SeedNoOpMessagePort(),
        Operation.SignalAtomic => new SeedCountingEventPort(),
        _ => new SeedNoOpEventPort(),
    };

    private static int Signal(SeedMap map, uint[] order, int calls)
    {
        var taken = 0;
        for (var i = 0; i < calls; i++)
        {
            taken += map.SignalEvent(0, order[i & (order.Length - 1)], 0) == SeedStatus.Success ? 1 : 0;
        }

        return taken;
    }

    private static int Post(SeedMap map, uint[] order, byte* guest, int calls)
    {
        var taken = 0;
        for (var i = 0; i < calls; i++)
        {
            var connection = order[i & (order.Length - 1)];
            taken += PostOne(map, connection, guest + ((i * 256) & (Workload.GuestBytes - 1))) == SeedStatus.Success ? 1 : 0;
        }

        return taken;
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int PostOne(SeedMap map, uint connection, byte* guest)
    {
        Span<byte> copy = stackalloc byte[Workload.PayloadBytes];
        new ReadOnlySpan<byte>(guest, Workload.PayloadBytes).CopyTo(copy);
        return map.PostMessage(0, connection, trusted: false, copy);
    }
}

internal sealed class SeedNoOpEventPort : ISeedEventPort
{
    public void HandleEvent(ushort flag)
    {
    }
}

internal sealed class SeedCountingEventPort : ISeedEventPort
{
    private long _signals;

    public void HandleEvent(ushort flag) => Interlocked.Increment(ref _signals);
}

internal sealed class SeedNoOpMessagePort : ISeedMessagePort
{
    public bool TryHandleMessage(ReadOnlySpan<byte> message, bool trusted) => true;
}
