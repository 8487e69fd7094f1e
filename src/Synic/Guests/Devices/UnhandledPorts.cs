namespace Synic.Guests.Devices;

/// <summary>Counts accesses to ports where nobody is; the first ports by number, all others together.</summary>
internal sealed class UnhandledPorts
{
    /// <summary>Ports that are counted by number.</summary>
    public const int MaxPorts = 64;

    private readonly Dictionary<ushort, long> _ports = new(MaxPorts);
    private readonly Lock _gate = new(); // guards _ports and _total
    private long _total;

    public long Total
    {
        get
        {
            lock (_gate)
            {
                return _total;
            }
        }
    }

    public void Count(ushort port)
    {
        lock (_gate)
        {
            _total++;
            if (_ports.TryGetValue(port, out var count) || _ports.Count < MaxPorts)
            {
                _ports[port] = count + 1;
            }
        }
    }

    /// <summary>By port; not more than <see cref="MaxPorts"/>.</summary>
    public IReadOnlyList<KeyValuePair<ushort, long>> Snapshot()
    {
        lock (_gate)
        {
            return [.. _ports.OrderBy(static p => p.Key)];
        }
    }
}
