using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Synic.Diagnostics;
using Synic.History;
using Synic.Hv;

namespace Synic.Ports;

/// <summary>
/// What one dispatching thread, usually a VP, owns: its copy of the port table with its counters in it, and the marks
/// of the callbacks it is in.
/// </summary>
/// <remarks>
/// A mark is the access word of the port being called, which no two registrations share. Removal takes the word out of
/// the tables, makes every processor see that (a process-wide barrier) and then waits until no context carries the
/// mark: the dispatcher itself needs no atomic and no fence. Marks are numbers, not references, so that the garbage
/// collector's write barrier stays out. The table is copied so that a call finds port and counters by the connection
/// id in one cache line, which no other processor writes to.
/// </remarks>
public sealed class DispatchContext : DispatchCounters
{
    private ulong[] _aside = [];
    private int _depth;
    private int _movesBack;
    private State _state;
    private ConnectionTable<PortSide> _sides = new();
    private PortTable _entries; // last: it is large, and near offsets make short instructions
    private PortEntry _nobody; // never written

    internal DispatchContext(VpIndex vp) => Vp = vp;

    /// <summary>The VP whose calls this carries; <see cref="VpIndex.Any"/> for a rented context.</summary>
    public VpIndex Vp { get; }

    /// <summary>What it counted; the object itself, so that counting needs no load.</summary>
    public DispatchCounters Counters => this;

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

    /// <summary>
    /// The fault rule that acted on a call of this context last. Calls that no rule acts on leave it alone: who wants to
    /// know clears it before the call.
    /// </summary>
    public InjectingRule? InjectedBy { get; set; }

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
    /// The access word of the port that this context calls now, or 0. A callback that dispatches itself puts it aside
    /// (<see cref="PutMarkAside"/>) meanwhile.
    /// </summary>
    internal ulong Mark
    {
        get => Volatile.Read(ref _state.Mark);
        set => Volatile.Write(ref _state.Mark, value);
    }

    /// <summary>
    /// Marks the port whose entry had this access word. False when it has gone since: there was a moment without it,
    /// and that is the answer.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryEnter(in PortEntry entry, ulong access)
    {
        Mark = access;
        if (entry.Access == access)
        {
            return true;
        }

        Mark = 0;
        return false;
    }

    /// <summary>Makes the mark free for a callback inside a callback; the stack bounds how often.</summary>
    internal void PutMarkAside()
    {
        if (_depth == _aside.Length)
        {
            var longer = new ulong[Math.Max(4, 2 * _depth)];
            _aside.CopyTo(longer, 0);
            Volatile.Write(ref _aside, longer);
        }

        Volatile.Write(ref _aside[_depth++], Mark);
        Mark = 0; // last: whoever does not see the port here any more sees it there
    }

    /// <summary>Undoes the last <see cref="PutMarkAside"/>.</summary>
    internal void TakeMarkBack()
    {
        ref var aside = ref _aside[--_depth];
        Mark = aside;
        Volatile.Write(ref _movesBack, _movesBack + 1); // between the two, for IsInside
        Volatile.Write(ref aside, 0);
    }

    /// <summary>Whether a callback of the port with this access word is running on this context. For any thread.</summary>
    internal bool IsInside(ulong access)
    {
        int before;
        do
        {
            before = Volatile.Read(ref _movesBack);
            if (Mark == access)
            {
                return true;
            }

            foreach (ref var aside in Volatile.Read(ref _aside).AsSpan())
            {
                if (Volatile.Read(ref aside) == access)
                {
                    return true;
                }
            }
        }
        while (Volatile.Read(ref _movesBack) != before); // it may have moved behind our back
        return false;
    }

    /// <summary>The page of this context's table that a connection belongs to; null when nobody there has one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal PortEntry[]? FindPage(ConnectionId connection) => _entries.FindPage(connection);

    /// <summary>This context's entry of a connection; an empty one when there is none. For its thread.</summary>
    internal ref PortEntry Find(ConnectionId connection)
    {
        if (FindPage(connection) is { } page)
        {
            return ref PortTable.At(page, connection);
        }

        return ref _nobody;
    }

    /// <summary>What lies beside the entry. For this context's thread.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref PortSide FindSide(ConnectionId connection) => ref _sides.Find(connection);

    /// <summary>The same for a connection that has an entry.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref PortSide SideOf(ConnectionId connection) => ref _sides.FindReserved(connection);

    /// <summary>Makes room for a connection, so that nothing can fail afterwards.</summary>
    internal void Reserve(ConnectionId connection)
    {
        _entries.Reserve(connection);
        _sides.GetOrAdd(connection);
    }

    /// <summary>Makes a port reachable whose connection has room.</summary>
    internal void Publish(PortRegistration registration)
    {
        ref var entry = ref Find(registration.Connection);
        entry.Port = registration.Port;
        entry.Access = registration.Access;
    }

    /// <summary>Lets no call find a port any more that does not carry its mark already.</summary>
    internal void Unpublish(PortRegistration registration) => Find(registration.Connection).Access = 0;

    /// <summary>
    /// The first callback on this stack removes its own event port: counts its call now, and leaves the page of the
    /// entry to it, in which it counts when it ends. Not for another thread.
    /// </summary>
    internal void LeaveBehind(PortRegistration registration)
    {
        if (registration.Port.Kind == PortKind.Event && (_depth == 0 ? Mark : _aside[0]) == registration.Access)
        {
            ref var entry = ref Find(registration.Connection);
            entry.LastActivity = Timestamp;
            entry.Calls++;
            _entries.Leave(registration.Connection);
        }
    }

    /// <summary>Forgets a port that no other thread is inside of, and its counters.</summary>
    internal void Clear(PortRegistration registration)
    {
        Find(registration.Connection) = default;
        _sides.Find(registration.Connection) = default;
    }

    /// <summary>Adds what this context counted so far, while it may go on counting.</summary>
    internal PortStatistics AddTo(PortStatistics sum, ConnectionId connection)
    {
        ref var entry = ref Find(connection);
        ref var side = ref _sides.Find(connection);
        return sum with
        {
            Calls = sum.Calls + Volatile.Read(in entry.Calls),
            Bytes = sum.Bytes + Volatile.Read(in side.Bytes),
            Denied = sum.Denied + Volatile.Read(in side.Denied),
            LastActivity = Math.Max(sum.LastActivity, Volatile.Read(in entry.LastActivity)),
        };
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct State
    {
        private readonly Padding _before;
        public ulong Mark;
        public long Timestamp;
        public int ThreadId;
        private readonly Padding _after;
    }
}
