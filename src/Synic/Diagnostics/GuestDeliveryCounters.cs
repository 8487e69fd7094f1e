namespace Synic.Diagnostics;

/// <summary>What one partition's guest was sent, and what became of it. Any thread counts, any thread reads.</summary>
/// <remarks>Messages handed in = delivered + dropped + still queued. Timer messages are the SynIC's own, not counted here.</remarks>
public sealed class GuestDeliveryCounters
{
    private readonly long[] _deferred = new long[Enum.GetValues<DeferReason>().Length];
    private readonly long[] _dropped = new long[Enum.GetValues<DropReason>().Length];
    private readonly long[] _events = new long[Enum.GetValues<EventResult>().Length];
    private readonly long[] _eventsDropped = new long[Enum.GetValues<EventDropReason>().Length];
    private readonly long[] _eoms = new long[Enum.GetValues<EomResult>().Length];
    private long _messages;
    private long _delivered;

    /// <summary>Told how long a queued message waited for its slot; called with no lock held, from any thread.</summary>
    public Action<TimeSpan>? QueueWait { get; set; }

    /// <summary>Handed in by the host side.</summary>
    public long Messages => Volatile.Read(ref _messages);

    /// <summary>Written to a slot.</summary>
    public long Delivered => Volatile.Read(ref _delivered);

    /// <summary>Once for each message and reason.</summary>
    public long Deferred(DeferReason reason) => Volatile.Read(ref _deferred[(int)reason]);

    public long Dropped(DropReason reason) => Volatile.Read(ref _dropped[(int)reason]);

    public long Events(EventResult result) => Volatile.Read(ref _events[(int)result]);

    public long EventsDropped(EventDropReason reason) => Volatile.Read(ref _eventsDropped[(int)reason]);

    public long Eoms(EomResult result) => Volatile.Read(ref _eoms[(int)result]);

    public void CountMessage() => Interlocked.Increment(ref _messages);

    public void CountDelivered() => Interlocked.Increment(ref _delivered);

    public void CountDeferred(DeferReason reason) => Interlocked.Increment(ref _deferred[(int)reason]);

    public void CountDropped(DropReason reason, int count = 1) => Interlocked.Add(ref _dropped[(int)reason], count);

    public void CountEvent(EventResult result) => Interlocked.Increment(ref _events[(int)result]);

    /// <summary>Counts the drop and its reason.</summary>
    public void CountEventDropped(EventDropReason reason)
    {
        CountEvent(EventResult.Dropped);
        Interlocked.Increment(ref _eventsDropped[(int)reason]);
    }

    public void CountEom(EomResult result) => Interlocked.Increment(ref _eoms[(int)result]);

    /// <summary>Adds what another counted so far.</summary>
    public void Add(GuestDeliveryCounters other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Interlocked.Add(ref _messages, other.Messages);
        Interlocked.Add(ref _delivered, other.Delivered);
        Add(_deferred, other._deferred);
        Add(_dropped, other._dropped);
        Add(_events, other._events);
        Add(_eventsDropped, other._eventsDropped);
        Add(_eoms, other._eoms);
    }

    private static void Add(long[] sum, long[] more)
    {
        for (var i = 0; i < sum.Length; i++)
        {
            Interlocked.Add(ref sum[i], Volatile.Read(ref more[i]));
        }
    }
}
