using System.Runtime.CompilerServices;
using Synic.History;
using Synic.Hv;
using Synic.Hypercalls;
using Synic.Ports;

namespace Synic.Benchmarks;

/// <summary>Dispatch through the hypercalls, as a backend makes it: with or without a tap, and with readers of its history.</summary>
internal sealed unsafe class TapSide : DispatchSide
{
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(100);

    private readonly Workload _work;
    private readonly SynicPortMap _map = new();
    private readonly PortHypercalls _calls;
    private readonly DispatchContext _context;
    private readonly EventCollector _collector = new();
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly ManualResetEventSlim _measuring = new(initialState: false);
    private readonly List<Thread> _threads = [];
    private volatile bool _stop;

    public TapSide(string name, Workload work, bool tapped, int readers)
        : base(name)
    {
        _work = work;
        var ports = new SynicPorts(_map, new NoSynic());
        foreach (var id in work.Ports)
        {
            _ = work.IsPost
                ? ports.AddMessagePort(new ConnectionId(id), Vtl.Vtl0, new NoOpMessagePort(), "benchmark")
                : ports.AddEventPort(new ConnectionId(id), Vtl.Vtl0, new NoOpEventPort(), "benchmark");
        }

        var tap = tapped ? new CallTap(TimeProvider.System, () => _wake.Set()) : null;
        _calls = new PortHypercalls(_map, new NoSynic(), SynicDialect.OpenVmm, timings: null, tap);
        _context = _map.CreateContext(new VpIndex(0));
        if (tap is not null)
        {
            var history = _collector.Add("benchmark", tap);
            Start(Collect);
            for (var i = 0; i < readers; i++)
            {
                Start(() => Read(history));
            }
        }
    }

    public override int Run(int thread, int calls)
    {
        _context.Timestamp = calls + 1;
        _measuring.Set();
        var taken = _work.IsPost ? Post(calls) : Signal(calls);
        _measuring.Reset();
        return taken;
    }

    public override void Dispose()
    {
        _stop = true;
        _measuring.Set();
        _wake.Set();
        _threads.ForEach(static t => t.Join());
        _wake.Dispose();
        _measuring.Dispose();
    }

    private void Start(ThreadStart body)
    {
        var thread = new Thread(body) { IsBackground = true };
        thread.Start();
        _threads.Add(thread);
    }

    private void Collect()
    {
        while (!_stop)
        {
            _wake.WaitOne(s_period);
            _collector.Collect();
        }
    }

    // What a watcher of the API does: what happened lately, and the table of ports with its counters.
    private void Read(EventHistory history)
    {
        var batch = new EventBatch();
        while (!_stop)
        {
            _measuring.Wait();
            history.Read(history.End - EventBatch.Size, EventBatch.Size, long.MaxValue, batch);
            foreach (var port in _map.Snapshot())
            {
                GC.KeepAlive(port.Statistics);
            }
        }
    }

    private int Signal(int calls)
    {
        var order = _work.Order;
        var taken = 0;
        for (var i = 0; i < calls; i++)
        {
            taken += _calls.SignalEvent(_context, Vtl.Vtl0, new ConnectionId(order[i & (order.Length - 1)]), 0).IsSuccess ? 1 : 0;
        }

        return taken;
    }

    private int Post(int calls)
    {
        var order = _work.Order;
        var taken = 0;
        for (var i = 0; i < calls; i++)
        {
            var connection = new ConnectionId(order[i & (order.Length - 1)]);
            taken += PostOne(connection, _work.Guest + ((i * 256) & (Workload.GuestBytes - 1))) ? 1 : 0;
        }

        return taken;
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool PostOne(ConnectionId connection, byte* guest)
    {
        Span<byte> copy = stackalloc byte[Workload.PayloadBytes];
        new ReadOnlySpan<byte>(guest, Workload.PayloadBytes).CopyTo(copy);
        return _calls.PostMessage(_context, Vtl.Vtl0, connection, 1, copy).IsSuccess;
    }
}
