using Synic.Hv;

namespace Synic.VmBus;

/// <summary>The channels by id. The worker changes it, others look at it.</summary>
internal sealed class ChannelTable
{
    /// <summary>Ids are event flags, and flag 0 is taken.</summary>
    public const uint MaxId = SignalEventInput.FlagCount - 1;

    private readonly Lock _gate = new(); // guards _channels
    private readonly SortedDictionary<uint, OfferedChannel> _channels = [];

    /// <returns>Null: no id is free.</returns>
    public OfferedChannel? TryAdd(IVmBusChannelDevice device)
    {
        lock (_gate)
        {
            var id = 1U;
            while (_channels.ContainsKey(id))
            {
                id++;
            }

            if (id > MaxId)
            {
                return null;
            }

            var channel = new OfferedChannel(id, device);
            _channels.Add(id, channel);
            return channel;
        }
    }

    public OfferedChannel? Find(uint id)
    {
        lock (_gate)
        {
            return _channels.GetValueOrDefault(id);
        }
    }

    public OfferedChannel[] All()
    {
        lock (_gate)
        {
            return [.. _channels.Values];
        }
    }

    public void Remove(OfferedChannel channel)
    {
        lock (_gate)
        {
            _channels.Remove(channel.Id);
        }
    }

    /// <summary>The lowest monitor id that no channel has; none when all 128 are taken.</summary>
    public MonitorId FreeMonitor()
    {
        lock (_gate)
        {
            var taken = _channels.Values.Select(static c => c.Monitor).ToHashSet();
            for (byte id = 0; id < MonitorId.Count; id++)
            {
                if (!taken.Contains(new MonitorId(id)))
                {
                    return new MonitorId(id);
                }
            }

            return MonitorId.None;
        }
    }
}
