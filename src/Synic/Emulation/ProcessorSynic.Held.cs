using Synic.Diagnostics;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Emulation;

/// <content>What fault rules hold back.</content>
public sealed partial class ProcessorSynic
{
    private readonly HeldEvents _heldEvents = new();

    /// <summary>Sets a flag when its delay is over; what comes of it is counted then.</summary>
    /// <returns>False: nothing is held, the flag has to be set now.</returns>
    internal bool TrySignalLater(SintIndex sint, ushort flag, in FaultEffect effect)
    {
        var batch = new DeliveryBatch();
        lock (_lock)
        {
            if (_closed || effect.Rule!.IsOver || !_heldEvents.TryAdd(sint.Value, flag, in effect, _services.Clock.Now))
            {
                return false;
            }

            UpdateDeadline(ref batch);
        }

        Finish(ref batch);
        return true;
    }

    /// <summary>Lets go what fault rules hold that are over.</summary>
    internal void ReleaseHeld()
    {
        var batch = new DeliveryBatch();
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            FlushHeld(_services.Clock.Now, ref batch);
            _delivery.DrainAll(ref batch); // slots that looked taken
            UpdateDeadline(ref batch);
        }

        Finish(ref batch);
    }

    private void FlushHeld(ulong now, ref DeliveryBatch batch)
    {
        _delivery.FlushHeld(ref batch);
        while (_heldEvents.TryTake(now, out var held))
        {
            held.Rule.EndDelay();
            var result = SetFlag(held.Sint, held.Flag);
            GlobalSynic.Count(_services.Counters, result);
            _tap?.Event(held.Sint, held.Flag, result, held.Rule);
            if (result == GuestSignalResult.Interrupt)
            {
                batch.AddInterrupt(held.Sint, _delivery[held.Sint]);
            }
        }
    }

    private void DropEvents()
    {
        foreach (var held in _heldEvents.Clear())
        {
            held.Rule.EndDelay();
            _services.Counters.CountEventDropped(EventDropReason.PartitionGone);
        }
    }
}
