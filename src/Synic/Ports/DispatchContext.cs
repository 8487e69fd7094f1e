using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Synic.Diagnostics;
using Synic.Hv;

namespace Synic.Ports;

/// <summary>
/// What one dispatching thread, usually a VP, owns: the marks of the callbacks it is in, and its counters.
/// </summary>
/// <remarks>
/// A mark is the generation of the port being called. Removal publishes "removed", makes every processor see it
/// (a process-wide barrier) and then waits until no context carries the generation: the dispatcher itself needs no
/// atomic and no fence. Marks are numbers, not references, so that the garbage collector's write barrier stays out.
/// </remarks>
public sealed class DispatchContext
{
    internal const int MaxDepth = 4;

    private State _state;
    private PortCell[][] _cells = [];

    internal DispatchContext(VpIndex vp) => Vp = vp;

    /// <summary>The VP whose calls this carries; meaningless for a rented context.</summary>
    public VpIndex Vp { get; }

    public DispatchCounters Counters { get; } = new();

    /// <summary>
    /// When the current call came in, in ticks of <see cref="TimeProvider.GetTimestamp"/>. Set once for an exit, so
    /// that a dispatch needs no clock of its own.
    /// </summary>
    public long Timestamp { get; set; }

    /// <summary>Posts so far, to pick the ones that are timed. Written by the owning thread only.</summary>
    internal uint PostsSeen;

    /// <summary>Signals so far; apart from the posts, or a guest that alternates would have only one kind timed.</summary>
    internal uint SignalsSeen;

    /// <summary>The thread that dispatches with this context; a callback that removes its own port is known by it.</summary>
    internal int ThreadId { get; set; } = Environment.CurrentManagedThreadId;

    /// <summary>Marks a callback as begun; false when the port is already removed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryEnter(Port port)
    {
        var depth = _state.Depth;
        if (depth >= MaxDepth)
        {
            return TryEnterOverflow(port);
        }

        Volatile.Write(ref _state.Marks[depth], port.Generation);
        if (port.Removed)
        {
            Volatile.Write(ref _state.Marks[depth], 0);
            return false;
        }

        _state.Depth = depth + 1;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Leave(Port port)
    {
        var depth = _state.Depth - 1;
        _state.Depth = depth;
        if (depth >= MaxDepth)
        {
            Interlocked.Decrement(ref port.OverflowCalls);
            return;
        }

        Volatile.Write(ref _state.Marks[depth], 0);
    }

    /// <summary>Whether a callback of the port with this generation is running on this context.</summary>
    internal bool IsInside(long generation)
    {
        for (var i = 0; i < MaxDepth; i++)
        {
            if (Volatile.Read(ref _state.Marks[i]) == generation)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>This context's counters of a port. Written by the owning thread only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref PortCell Cell(Port port)
    {
        var slot = port.Slot;
        return ref Volatile.Read(ref _cells)[slot >> PortCell.ChunkShift][slot & (PortCell.ChunkSize - 1)];
    }

    internal ref PortCell Cell(int slot) =>
        ref Volatile.Read(ref _cells)[slot >> PortCell.ChunkShift][slot & (PortCell.ChunkSize - 1)];

    /// <summary>Makes room for counters. Called under the map's writer lock; chunks never move, so no count is lost.</summary>
    internal void Grow(int chunks)
    {
        if (_cells.Length >= chunks)
        {
            return;
        }

        var grown = new PortCell[chunks][];
        _cells.CopyTo(grown, 0);
        for (var i = _cells.Length; i < chunks; i++)
        {
            grown[i] = new PortCell[PortCell.ChunkSize];
        }

        Volatile.Write(ref _cells, grown);
    }

    // Beyond four nested callbacks: an atomic on the port instead of a mark. Correct, only slower.
    private bool TryEnterOverflow(Port port)
    {
        Interlocked.Increment(ref port.OverflowCalls);
        if (port.Removed)
        {
            Interlocked.Decrement(ref port.OverflowCalls);
            return false;
        }

        _state.Depth++;
        return true;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct State
    {
        private readonly Padding _before;
        public MarkStack Marks;
        public int Depth;
        private readonly Padding _after;
    }

    [InlineArray(MaxDepth)]
    private struct MarkStack
    {
        private long _first;
    }
}

/// <summary>What one context counts for one port: a cache line, written by one thread.</summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal struct PortCell
{
    internal const int ChunkShift = 8;
    internal const int ChunkSize = 1 << ChunkShift;

    /// <summary>Calls the port took.</summary>
    public long Calls;

    /// <summary>When, in ticks of <see cref="DispatchContext.Timestamp"/>; refused calls count too.</summary>
    public long LastActivity;

    /// <summary>Payload bytes the port took.</summary>
    public long Bytes;

    public long Denied;

    public long Busy;

    public long WrongKind;

    /// <summary>The port's own code threw.</summary>
    public long Faulted;
}
