using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Synic.Diagnostics;
using Synic.History;
using Synic.Hv;

namespace Synic.Ports;

/// <summary>
/// What one dispatching thread, usually a VP, owns: the marks of the callbacks it is in, and its counters.
/// </summary>
/// <remarks>
/// A mark is the slot of the port being called. Removal takes the port's entry out of the table, makes every processor
/// see that (a process-wide barrier) and then waits until no context carries the slot: the dispatcher itself needs no
/// atomic and no fence. Marks are numbers, not references, so that the garbage collector's write barrier stays out.
/// </remarks>
public sealed class DispatchContext
{
    private CellChunk[] _cells = [];
    private int[] _aside = [];
    private int _depth;
    private int _movesBack;
    private State _state;

    internal DispatchContext(VpIndex vp) => Vp = vp;

    /// <summary>The VP whose calls this carries; <see cref="VpIndex.Any"/> for a rented context.</summary>
    public VpIndex Vp { get; }

    public DispatchCounters Counters { get; } = new();

    /// <summary>
    /// When the current call came in, in ticks of <see cref="TimeProvider.GetTimestamp"/>. Set once for an exit, so
    /// that a dispatch needs no clock of its own, and on the thread that dispatches: a callback that removes its own
    /// port is told from another thread's by it.
    /// </summary>
    public long Timestamp
    {
        get => _state.Timestamp;
        set
        {
            _state.Timestamp = value;
            var thread = Environment.CurrentManagedThreadId;
            if (_state.ThreadId != thread)
            {
                ThreadId = thread;
            }
        }
    }

    /// <summary>Posts so far, to pick the ones that are timed. Written by the owning thread only.</summary>
    internal uint PostsSeen;

    /// <summary>Signals so far; apart from the posts, or a guest that alternates would have only one kind timed.</summary>
    internal uint SignalsSeen;

    /// <summary>Where its calls are written down; null before the first, and where nobody does.</summary>
    internal CallRing? Records;

    /// <summary>
    /// The thread that dispatches with this context; 0 while that is not known, and removal then waits for all of its
    /// callbacks.
    /// </summary>
    internal int ThreadId
    {
        get => Volatile.Read(ref _state.ThreadId);
        set => Volatile.Write(ref _state.ThreadId, value);
    }

    /// <summary>Counts the times it was lent; see <see cref="ContextLease"/>.</summary>
    internal int Lease { get; set; }

    /// <summary>
    /// The slot of the port that this context calls now, or 0. A callback that dispatches itself puts it aside
    /// (<see cref="PutMarkAside"/>) meanwhile.
    /// </summary>
    internal int Mark
    {
        get => Volatile.Read(ref _state.Mark);
        set => Volatile.Write(ref _state.Mark, value);
    }

    /// <summary>Makes the mark free for a callback inside a callback; the stack bounds how often.</summary>
    internal void PutMarkAside()
    {
        if (_depth == _aside.Length)
        {
            var longer = new int[Math.Max(4, 2 * _depth)];
            _aside.CopyTo(longer, 0);
            Volatile.Write(ref _aside, longer);
        }

        Volatile.Write(ref _aside[_depth++], Mark);
        Mark = 0; // last: whoever does not see the slot here any more sees it there
    }

    /// <summary>Undoes the last <see cref="PutMarkAside"/>.</summary>
    internal void TakeMarkBack()
    {
        ref var aside = ref _aside[--_depth];
        Mark = aside;
        Volatile.Write(ref _movesBack, _movesBack + 1); // between the two, for IsInside
        Volatile.Write(ref aside, 0);
    }

    /// <summary>Whether a callback of the port with this slot is running on this context. For any thread.</summary>
    internal bool IsInside(int slot)
    {
        int before;
        do
        {
            before = Volatile.Read(ref _movesBack);
            if (Mark == slot)
            {
                return true;
            }

            foreach (ref var aside in Volatile.Read(ref _aside).AsSpan())
            {
                if (Volatile.Read(ref aside) == slot)
                {
                    return true;
                }
            }
        }
        while (Volatile.Read(ref _movesBack) != before); // it may have moved behind our back
        return false;
    }

    /// <summary>This context's counters of a port. Written by the owning thread, or by none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref TakenCell Taken(int slot) =>
        ref Volatile.Read(ref _cells)[slot >> CellChunk.Shift].Taken[slot & (CellChunk.Size - 1)];

    /// <inheritdoc cref="Taken"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref RefusedCell Refused(int slot) =>
        ref Volatile.Read(ref _cells)[slot >> CellChunk.Shift].Refused[slot & (CellChunk.Size - 1)];

    /// <summary>Makes room for counters, one caller at a time; chunks never move, so no count is lost.</summary>
    internal void Grow(int chunks)
    {
        var grown = new CellChunk[Math.Max(chunks, _cells.Length)];
        _cells.CopyTo(grown, 0);
        for (var i = _cells.Length; i < grown.Length; i++)
        {
            grown[i] = new CellChunk();
        }

        Volatile.Write(ref _cells, grown);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct State
    {
        private readonly Padding _before;
        public int Mark;
        public int ThreadId;
        public long Timestamp;
        private readonly Padding _after;
    }
}

/// <summary>What one context counts for one port of the calls that it took.</summary>
internal struct TakenCell
{
    public long Calls;

    /// <summary>When the last one was, in ticks of <see cref="DispatchContext.Timestamp"/>.</summary>
    public long LastActivity;

    /// <summary>Payload bytes.</summary>
    public long Bytes;
}

/// <summary>What it counts of the others, apart from the rest, so that more of that fits into a cache.</summary>
internal struct RefusedCell
{
    public long LastActivity;

    public long Denied;

    public long Busy;

    public long WrongKind;

    /// <summary>The port's own code threw.</summary>
    public long Faulted;
}

/// <summary>The cells of 256 slots.</summary>
internal sealed class CellChunk
{
    public const int Shift = 8;
    public const int Size = 1 << Shift;

    public TakenCells Taken;
    public RefusedCells Refused;

    [InlineArray(Size)]
    public struct TakenCells
    {
        private TakenCell _first;
    }

    [InlineArray(Size)]
    public struct RefusedCells
    {
        private RefusedCell _first;
    }
}
