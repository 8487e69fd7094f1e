using Synic.Hv;

namespace Synic.History;

/// <summary>What a record says of the port behind its connection.</summary>
/// <param name="Generation">Of the registration.</param>
/// <param name="Owner">Who registered it.</param>
/// <param name="IsMessage">A message port; otherwise an event port.</param>
/// <param name="MinimumVtl">Callers of a lower VTL are denied.</param>
/// <param name="Monitor">Its monitor id, if it has one.</param>
/// <param name="AddedAt">In ticks of the time provider.</param>
public sealed record PortFacts(long Generation, string Owner, bool IsMessage, byte MinimumVtl, MonitorId? Monitor, long AddedAt)
{
    /// <summary>Null while it is registered.</summary>
    internal long? RemovedAt { get; init; }

    /// <summary>Whether it was there at a time.</summary>
    internal bool WasThereAt(long timestamp) => AddedAt <= timestamp && (RemovedAt is not { } removed || timestamp <= removed);
}

/// <summary>
/// The ports of a partition by connection id, and for a while those that left: the collector runs after the call, and
/// asks for the port at the time of it.
/// </summary>
internal sealed class PortDirectory
{
    private const int MaxDeparted = 1024;

    private readonly Lock _gate = new(); // guards both; taken by registrations and the collector, never by a VP's call
    private readonly Dictionary<uint, PortFacts> _ports = [];
    private readonly Dictionary<uint, PortFacts> _departed = [];
    private readonly Queue<(uint Connection, PortFacts Facts)> _order = new();

    public void Add(uint connection, PortFacts facts)
    {
        lock (_gate)
        {
            _ports[connection] = facts;
        }
    }

    public void Remove(uint connection, long generation, long timestamp)
    {
        lock (_gate)
        {
            if (!_ports.TryGetValue(connection, out var facts) || facts.Generation != generation)
            {
                return;
            }

            Depart(connection, facts, timestamp);
        }
    }

    /// <summary>Their machine is gone.</summary>
    public void RemoveAll(long timestamp)
    {
        lock (_gate)
        {
            foreach (var (connection, facts) in _ports)
            {
                Depart(connection, facts, timestamp); // allowed while enumerating
            }
        }
    }

    /// <returns>Null when there was none, or it is not known any more.</returns>
    public PortFacts? At(uint connection, long timestamp)
    {
        lock (_gate)
        {
            return _ports.TryGetValue(connection, out var facts) && facts.WasThereAt(timestamp) ? facts
                : _departed.TryGetValue(connection, out facts) && facts.WasThereAt(timestamp) ? facts
                : null;
        }
    }

    private void Depart(uint connection, PortFacts facts, long timestamp)
    {
        _ports.Remove(connection);
        var departed = facts with { RemovedAt = timestamp };
        _departed[connection] = departed;
        _order.Enqueue((connection, departed));
        if (_order.Count > MaxDeparted && _order.Dequeue() is var oldest
            && _departed.TryGetValue(oldest.Connection, out var last) && ReferenceEquals(last, oldest.Facts))
        {
            _departed.Remove(oldest.Connection);
        }
    }
}
