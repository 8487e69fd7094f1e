using Synic.Hv;

namespace Synic.Monitors;

/// <summary>Which connection each of the 128 monitor ids signals. Lock-free: VPs read while ports come and go.</summary>
public sealed class MonitorList
{
    private const long Free = -1;

    private readonly long[] _connections = new long[MonitorId.Count];
    private readonly long[] _triggers = new long[MonitorId.Count];
    private readonly long[] _latencies = new long[MonitorId.Count];

    public MonitorList() => _connections.AsSpan().Fill(Free);

    /// <summary>Ids that are bound now.</summary>
    public int Count
    {
        get
        {
            var count = 0;
            for (var i = 0; i < _connections.Length; i++)
            {
                count += Volatile.Read(ref _connections[i]) != Free ? 1 : 0;
            }

            return count;
        }
    }

    /// <summary>Binds an id until the result is disposed; a second dispose does nothing.</summary>
    /// <param name="id">0 to 127.</param>
    /// <param name="connection">What a trigger signals.</param>
    /// <param name="latency">How late a signal may arrive, as the guest is told.</param>
    /// <exception cref="MonitorIdException">The id is taken or out of range.</exception>
    public IDisposable Register(MonitorId id, ConnectionId connection, TimeSpan latency = default)
    {
        if (!id.IsValid)
        {
            throw new MonitorIdException(id, inUse: false);
        }

        if (Interlocked.CompareExchange(ref _connections[id.Value], connection.Value, Free) != Free)
        {
            throw new MonitorIdException(id, inUse: true);
        }

        Volatile.Write(ref _triggers[id.Value], 0);
        Volatile.Write(ref _latencies[id.Value], latency.Ticks);
        return new Registration(this, id);
    }

    public bool TryGet(MonitorId id, out ConnectionId connection)
    {
        var value = id.IsValid ? Volatile.Read(ref _connections[id.Value]) : Free;
        connection = new ConnectionId((uint)value);
        return value != Free;
    }

    /// <summary>How often the id was triggered since it was bound.</summary>
    public long Triggers(MonitorId id) => id.IsValid ? Volatile.Read(ref _triggers[id.Value]) : 0;

    /// <summary>As it was bound; means something while it is.</summary>
    public TimeSpan Latency(MonitorId id) => id.IsValid ? new TimeSpan(Volatile.Read(ref _latencies[id.Value])) : default;

    internal void CountTrigger(MonitorId id) => Interlocked.Increment(ref _triggers[id.Value]);

    private sealed class Registration(MonitorList list, MonitorId id) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                Volatile.Write(ref list._connections[id.Value], Free);
            }
        }
    }
}
