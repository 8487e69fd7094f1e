using System.Runtime.CompilerServices;

namespace Synic.Benchmarks;

/// <summary>The seed's design in C#.</summary>
internal sealed unsafe class SeedSide : DispatchSide
{
    private readonly SeedMap _map = new();
    private readonly Workload _work;

    public SeedSide(Workload work)
        : base("seed C#")
    {
        _work = work;
        foreach (var id in work.Ports)
        {
            object port = work.IsPost ? new MessagePort() : work.Operation == Operation.SignalAtomic ? new CountingPort() : new EventPort();
            _map.Add(id, new SeedEntry(port, work.MinimumVtl));
        }
    }

    public override int Run(int thread, int calls) =>
        _work.IsPost ? Post(_map, _work.Order, _work.Guest, calls) : Signal(_map, _work.Order, calls);

    public override void Dispose()
    {
    }

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

    private sealed class EventPort : ISeedEventPort
    {
        public void HandleEvent(ushort flag)
        {
        }
    }

    private sealed class CountingPort : ISeedEventPort
    {
        private long _signals;

        public void HandleEvent(ushort flag) => Interlocked.Increment(ref _signals);
    }

    private sealed class MessagePort : ISeedMessagePort
    {
        public bool TryHandleMessage(ReadOnlySpan<byte> message, bool trusted) => true;
    }
}
