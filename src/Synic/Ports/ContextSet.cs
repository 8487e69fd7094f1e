using Synic.Hv;

namespace Synic.Ports;

/// <summary>All dispatch contexts of a map: each has the ports in its own table, with its own counters.</summary>
/// <param name="gate">The map's: guards every field here, and the contexts' tables; dispatchers do not take it.</param>
/// <param name="ports">What is registered.</param>
/// <param name="time">For the contexts that are lent.</param>
internal sealed class ContextSet(Lock gate, Func<IReadOnlyList<PortRegistration>> ports, TimeProvider time)
{
    private readonly Stack<DispatchContext> _rentable = new();
    private DispatchContext[] _all = [];

    public IReadOnlyList<DispatchContext> All => Volatile.Read(ref _all);

    public DispatchContext Create(VpIndex vp)
    {
        var context = new DispatchContext(vp);
        lock (gate)
        {
            foreach (var registration in ports())
            {
                context.Reserve(registration.Connection);
                context.Publish(registration);
            }

            Volatile.Write(ref _all, [.. _all, context]);
        }

        return context;
    }

    public DispatchContext Rent()
    {
        DispatchContext? context;
        lock (gate)
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
        lock (gate)
        {
            if (context.Lease == lease)
            {
                context.Lease++;
                context.ThreadId = 0;
                _rentable.Push(context);
            }
        }
    }

    /// <summary>Makes a port reachable from every context, or from none when there is no memory. Under the gate.</summary>
    public void Publish(PortRegistration registration)
    {
        foreach (var context in _all)
        {
            context.Reserve(registration.Connection);
        }

        foreach (var context in _all)
        {
            context.Publish(registration);
        }
    }

    /// <summary>The first step of a removal; a process-wide barrier and <see cref="Drain"/> follow. Under the gate.</summary>
    public void Unpublish(PortRegistration registration)
    {
        foreach (var context in _all)
        {
            context.Unpublish(registration);
        }
    }

    /// <summary>Waits until no other thread is inside a callback of a port, whose entries are gone for every processor.</summary>
    public void Drain(PortRegistration registration)
    {
        var thread = Environment.CurrentManagedThreadId;
        foreach (var context in All)
        {
            if (context.ThreadId == thread)
            {
                continue; // its frame, if any, is below us on this very stack
            }

            var spin = default(SpinWait);
            while (context.IsInside(registration.Access))
            {
                spin.SpinOnce();
            }
        }
    }

    /// <summary>
    /// Keeps the counters of a drained port and clears its entries for the next one. A frame of the port below us on
    /// this stack sees that its entry is gone and counts in the registration, or, the first one of a signal, which does
    /// not look, keeps the page of its entry for itself. Under the gate.
    /// </summary>
    public void Release(PortRegistration registration)
    {
        var thread = Environment.CurrentManagedThreadId;
        foreach (var context in _all)
        {
            if (context.ThreadId == thread)
            {
                context.LeaveBehind(registration);
            }
        }

        var sum = Sum(registration, default);
        if (sum != default || IsInside(registration.Access))
        {
            registration.Rare.Add(sum); // made here at the latest: a frame below us may still count in it
        }

        registration.Released = true;
        foreach (var context in _all)
        {
            context.Clear(registration);
        }
    }

    public PortStatistics Read(PortRegistration registration)
    {
        lock (gate)
        {
            var statistics = registration.RareOrNone?.Read() ?? default;
            return registration.Released ? statistics : Sum(registration, statistics);
        }
    }

    // Of another thread there is none any more.
    private bool IsInside(ulong access)
    {
        foreach (var context in _all)
        {
            if (context.IsInside(access))
            {
                return true;
            }
        }

        return false;
    }

    private PortStatistics Sum(PortRegistration registration, PortStatistics sum)
    {
        foreach (var context in _all)
        {
            sum = context.AddTo(sum, registration.Connection);
        }

        return sum;
    }
}
