using Synic.Hv;

namespace Synic.Ports;

/// <summary>
/// All dispatch contexts of a map: who is inside which callback, and which slot of theirs counts for which port.
/// </summary>
internal sealed class ContextSet(TimeProvider time)
{
    private readonly Lock _gate = new(); // guards every field here; dispatchers touch none of them
    private readonly Stack<int> _freeSlots = new();
    private readonly Stack<DispatchContext> _rentable = new();
    private readonly List<PortRegistration> _leaving = []; // removed by their own callback, whose frame still counts
    private DispatchContext[] _all = [];
    private int _slots = 1; // 0 marks nobody
    private int _chunks;

    public IReadOnlyList<DispatchContext> All => Volatile.Read(ref _all);

    public DispatchContext Create(VpIndex vp)
    {
        var context = new DispatchContext(vp);
        lock (_gate)
        {
            context.Grow(_chunks);
            Volatile.Write(ref _all, [.. _all, context]);
        }

        return context;
    }

    public DispatchContext Rent()
    {
        DispatchContext? context;
        lock (_gate)
        {
            _rentable.TryPop(out context);
        }

        context ??= Create(VpIndex.Any);
        context.Timestamp = time.GetTimestamp(); // also says that this thread dispatches
        return context;
    }

    /// <summary>Takes a lent context back; a second return of the same lease does nothing.</summary>
    public void Return(DispatchContext context, int lease)
    {
        lock (_gate)
        {
            if (context.Lease == lease)
            {
                context.Lease++;
                context.ThreadId = 0;
                _rentable.Push(context);
            }
        }
    }

    /// <summary>A slot whose cells are zero in every context.</summary>
    public int TakeSlot()
    {
        lock (_gate)
        {
            SettleLeaving();
            if (_freeSlots.TryPop(out var slot))
            {
                return slot;
            }

            if (_slots >= _chunks * CellChunk.Size)
            {
                _chunks++;
                foreach (var context in _all)
                {
                    context.Grow(_chunks);
                }
            }

            return _slots++;
        }
    }

    /// <summary>Gives back a slot that no port was ever published with.</summary>
    public void ReturnSlot(int slot)
    {
        lock (_gate)
        {
            _freeSlots.Push(slot);
        }
    }

    /// <summary>Waits until no other thread is inside a callback of a port, whose entry is gone for every processor.</summary>
    public void Drain(int slot)
    {
        var thread = Environment.CurrentManagedThreadId;
        foreach (var context in All)
        {
            if (context.ThreadId == thread)
            {
                continue; // its frame, if any, is below us on this very stack
            }

            var spin = default(SpinWait);
            while (context.IsInside(slot))
            {
                spin.SpinOnce();
            }
        }
    }

    /// <summary>Freezes the counters of a drained port and frees its slot, now or when its own frame has ended.</summary>
    public void Release(PortRegistration registration)
    {
        lock (_gate)
        {
            if (!TrySettle(registration))
            {
                _leaving.Add(registration);
            }
        }
    }

    public PortStatistics Read(PortRegistration registration)
    {
        lock (_gate)
        {
            SettleLeaving();
            return registration.Final ?? Sum(registration.Slot);
        }
    }

    private void SettleLeaving()
    {
        if (_leaving.Count != 0)
        {
            _leaving.RemoveAll(TrySettle);
        }
    }

    // With nobody inside, nobody writes to the cells: this may, and the next port starts from zero.
    private bool TrySettle(PortRegistration registration)
    {
        var slot = registration.Slot;
        foreach (var context in _all)
        {
            if (context.IsInside(slot))
            {
                return false;
            }
        }

        registration.Final = Sum(slot);
        foreach (var context in _all)
        {
            context.Taken(slot) = default;
            context.Refused(slot) = default;
        }

        _freeSlots.Push(slot);
        return true;
    }

    private PortStatistics Sum(int slot)
    {
        var sum = default(PortStatistics);
        foreach (var context in _all)
        {
            sum = sum.Add(in context.Taken(slot), in context.Refused(slot));
        }

        return sum;
    }
}
