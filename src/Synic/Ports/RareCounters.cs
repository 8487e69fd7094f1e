namespace Synic.Ports;

/// <summary>
/// What a port counts for all contexts together, with atomics: refusals that are rare, calls that end after the port was
/// removed, perhaps by themselves, and at last what the contexts' entries held before they were cleared.
/// </summary>
internal sealed class RareCounters
{
    private long _calls;
    private long _bytes;
    private long _denied;
    private long _busy;
    private long _wrongKind;
    private long _faulted;
    private long _lastActivity;

    public void CountCall(int bytes, long timestamp) =>
        Add(new PortStatistics { Calls = 1, Bytes = bytes, LastActivity = timestamp });

    /// <summary>A call that was counted before it ended did not end well.</summary>
    public void UncountCall() => Interlocked.Decrement(ref _calls);

    public void CountBusy(long timestamp) => Count(ref _busy, timestamp);

    public void CountWrongKind(long timestamp) => Count(ref _wrongKind, timestamp);

    public void CountFault(long timestamp) => Count(ref _faulted, timestamp);

    /// <summary>Takes over what contexts counted.</summary>
    public void Add(PortStatistics entries)
    {
        Interlocked.Add(ref _calls, entries.Calls);
        Interlocked.Add(ref _bytes, entries.Bytes);
        Interlocked.Add(ref _denied, entries.Denied);
        Touch(entries.LastActivity);
    }

    public PortStatistics Read() => new(
        Volatile.Read(in _calls),
        Volatile.Read(in _bytes),
        Volatile.Read(in _denied),
        Volatile.Read(in _busy),
        Volatile.Read(in _wrongKind),
        Volatile.Read(in _faulted),
        Volatile.Read(in _lastActivity));

    private void Count(ref long counter, long timestamp)
    {
        Interlocked.Increment(ref counter);
        Touch(timestamp);
    }

    // Two VPs may be here at once: the later one stays.
    private void Touch(long timestamp)
    {
        var last = Volatile.Read(in _lastActivity);
        while (last < timestamp)
        {
            var seen = Interlocked.CompareExchange(ref _lastActivity, timestamp, last);
            if (seen == last)
            {
                return;
            }

            last = seen;
        }
    }
}
