using Microsoft.AspNetCore.Components.Server.Circuits;
using Synic.Contracts;

namespace Synic.Daemon.Pages;

/// <summary>Counts the pages that browsers hold open, and what they take.</summary>
internal sealed class PageViewers : CircuitHandler
{
    private readonly Lock _gate = new(); // guards the fields below
    private int _open;
    private int _connected;
    private long _without = Heap();

    public ViewerStatus Status
    {
        get
        {
            lock (_gate)
            {
                if (_open == 0)
                {
                    _without = Heap();
                    return new ViewerStatus(0, 0, null);
                }

                // Young garbage is in it, so that one moment says little; below zero it says nothing.
                var grown = Heap() - _without;
                return new ViewerStatus(_open, _connected, grown > 0 ? grown / _open : null);
            }
        }
    }

    public override Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_open++ == 0)
            {
                _without = Heap();
            }
        }

        return Task.CompletedTask;
    }

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken) => Add(ref _open, -1);

    public override Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken) => Add(ref _connected, 1);

    public override Task OnConnectionDownAsync(Circuit circuit, CancellationToken cancellationToken) => Add(ref _connected, -1);

    private Task Add(ref int count, int more)
    {
        lock (_gate)
        {
            count += more;
        }

        return Task.CompletedTask;
    }

    // As of the last collection: what is garbage by now is not counted as somebody's.
    private static long Heap() => GC.GetGCMemoryInfo().HeapSizeBytes;
}
