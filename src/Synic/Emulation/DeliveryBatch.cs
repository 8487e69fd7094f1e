using System.Runtime.CompilerServices;
using Synic.Diagnostics;
using Synic.Hv;

namespace Synic.Emulation;

/// <summary>What was decided under the lock of a <see cref="ProcessorSynic"/> and is done after it: interrupts and notices.</summary>
internal struct DeliveryBatch
{
    // One for each SINT, however many of its messages moved (the APIC would merge them as well), and one for each timer.
    private Interrupts _interrupts;
    private int _interruptCount;
    private ushort _sints;
    private Waits _waits;
    private int _waitCount;

    /// <summary>A timer is now due earlier than any was before.</summary>
    public bool DeadlineMoved;

    public void AddInterrupt(int sint, SintRegister register)
    {
        var bit = (ushort)(1 << sint);
        if (!register.Polling && (_sints & bit) == 0)
        {
            _sints |= bit;
            Add(register.Vector, register.AutoEoi);
        }
    }

    /// <summary>Of a timer in direct mode.</summary>
    public void AddDirect(byte vector) => Add(vector, autoEoi: false);

    /// <summary>Notes how long a message waited.</summary>
    /// <remarks>A guest that empties a slot while it is being refilled may get more than one per SINT; those beyond the room are left out.</remarks>
    public void AddWait(ulong units)
    {
        if (_waitCount < SintIndex.Count)
        {
            _waits[_waitCount++] = units;
        }
    }

    public readonly void Raise(IInterruptTarget target, Vtl vtl, VpIndex vp)
    {
        for (var i = 0; i < _interruptCount; i++)
        {
            target.RequestInterrupt(vtl, vp, (byte)_interrupts[i], (_interrupts[i] & AutoEoiBit) != 0);
        }
    }

    public readonly void Report(GuestDeliveryCounters counters)
    {
        if (_waitCount == 0 || counters.QueueWait is not { } report)
        {
            return;
        }

        for (var i = 0; i < _waitCount; i++)
        {
            report(TimeSpan.FromTicks((long)Math.Min(_waits[i], long.MaxValue)));
        }
    }

    private const ushort AutoEoiBit = 1 << 8;

    private void Add(byte vector, bool autoEoi) =>
        _interrupts[_interruptCount++] = (ushort)(vector | (autoEoi ? AutoEoiBit : 0));

    [InlineArray(SintIndex.Count + SynicTimer.PerVp)]
    private struct Interrupts
    {
        private ushort _first;
    }

    [InlineArray(SintIndex.Count)]
    private struct Waits
    {
        private ulong _first;
    }
}
